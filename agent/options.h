// The one table of configuration keys. It feeds the parser, the defaults, `config check`,
// `config show`, the man page ha-agent.conf(5) and the shell completion: a key that is not here
// does not exist. Constant; any thread.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/config.h"

namespace ha {

enum class Kind { agent, http, mysql, redis, unit, webhook, mail, alert, witness, lock };
constexpr int kKinds = 10;

/// What a value must look like; option_value.h parses and explains them.
enum class Form {
  text,      ///< any
  word,      ///< exactly one of `words`
  list,      ///< some of `words`, commas between
  flag,      ///< yes or no
  number,    ///< a whole number within min and max
  duration,  ///< min and max are milliseconds
  path,      ///< absolute, and not the root; need not exist
  folder,    ///< absolute, perhaps the root; need not exist
  file,      ///< absolute; a file that can be read
  secret,    ///< absolute; a file whose content is the value (secret.h)
  document,  ///< absolute; a file of up to 64 KiB whose content is the value, and no secret
  host,      ///< a name or an address
  address,   ///< an IPv4 or IPv6 address, without a prefix length
  listen,    ///< a port of the loopback, or an address and a port: 192.0.2.11:9650, [::1]:9650
  url,       ///< http:// or https:// and a host
  servers,   ///< http:// or https://, a host, perhaps a port, and no path; commas between
  statuses,  ///< 200, 200-299, 200,204
  headers,   ///< Name: value, `|` between them
  texts,     ///< any, commas between
  hours,     ///< 22:00-07:00; min and max are not used
  unit,      ///< a systemd unit with its suffix
};

struct Shape {
  Form form = Form::text;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string_view words;  ///< `|` between them, in the order of the enum they stand for
};

/// A parsed value; which field is meant follows from the form.
struct Value {
  std::string text;               ///< as written, or the content of a secret's file
  std::int64_t number = 0;        ///< number; milliseconds; place of the word; flag as 0 or 1; port
  std::vector<std::string> list;  ///< listen: one, the address
  std::vector<std::pair<int, int>> ranges;  ///< hours: one, in minutes of the day
};

enum class Need { optional, required };
enum class Show { plain, masked };

struct Option {
  Kind kind;
  std::string_view key;
  Shape shape;
  std::string_view fallback;  ///< the default as one would write it; empty: none
  Need need;
  Show show;  ///< masked: the value is a secret
  std::string_view help;
  /// Stores the value in the config, for a section's kind in the section added last.
  void (*store)(Config& config, const Value& value);
};

std::span<const Option> all_options();
std::vector<const Option*> options_of(Kind kind);
const Option* find_option(Kind kind, std::string_view key);

/// "agent", "http", …
std::string_view to_string(Kind kind);
/// What a section of this kind is for, one line.
std::string_view help_of(Kind kind);

}  // namespace ha
