// Text to Config in one pass over the sections: header, keys by the options table, defaults for the
// keys that are not there, then the rules between keys. Nothing stops at the first problem.
#include "agent/config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>

#include "agent/config_rules.h"
#include "agent/ini_text.h"
#include "agent/option_value.h"
#include "agent/options.h"
#include "agent/ping_socket.h"
#include "agent/regular_file.h"
#include "agent/secret.h"
#include "agent/section_kind.h"
#include "agent/text.h"

namespace ha {
namespace {

constexpr std::size_t kMaxDocument = 64U << 10U;

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

void add_section(Kind kind, const std::string& name, Config& config) {
  switch (kind) {
    case Kind::agent:
      return;
    case Kind::http:
      config.http.emplace_back().name = name;
      return;
    case Kind::mysql:
      config.mysql.emplace_back().name = name;
      return;
    case Kind::redis:
      config.redis.emplace_back().name = name;
      return;
    case Kind::unit:
      config.unit.emplace_back().name = name;
      return;
    case Kind::webhook:
      config.webhook.emplace_back().name = name;
      return;
    case Kind::mail:
      config.mail.emplace_back().name = name;
      return;
    case Kind::alert:
      config.alert.emplace_back().name = name;
      return;
    case Kind::witness:
      config.witness.emplace_back().name = name;
      return;
    case Kind::lock:
      config.lock.emplace_back().name = name;
      return;
  }
}

class Builder {
 public:
  explicit Builder(const std::string& path)
      : findings_{ProblemList(path), ProblemList(path)}, path_(path) {
    config_.path = path;
  }

  /// `mode`: the file's permissions, where the text came from a file.
  Loaded build(std::string_view text, std::optional<mode_t> mode) {
    const std::vector<IniSection> sections = parse_ini(text, findings_.problems);
    IniSection no_agent;
    no_agent.kind = to_string(Kind::agent);
    bool has_agent = false;
    from_file_ = mode.has_value();
    for (const IniSection& section : sections) {
      const auto kind = judge_header(section, findings_.problems);
      if (!kind) continue;
      has_agent = has_agent || *kind == Kind::agent;
      fill(*kind, section);
    }
    if (!has_agent) fill(Kind::agent, no_agent);
    if (config_.agent.node.empty()) config_.agent.node = host_name();
    if (config_.agent.errant_dir.empty()) {
      config_.agent.errant_dir = config_.agent.state_dir + "/errant";
    }
    judge_mode(mode);
    return finish();
  }

 private:
  void fill(Kind kind, const IniSection& section) {
    add_section(kind, section.name, config_);
    const std::string title = section.title();
    for (const IniEntry& entry : section.entries) {
      if (find_option(kind, entry.key) == nullptr) unknown_key(kind, title, entry);
    }
    for (const Option* option : options_of(kind)) {
      const IniEntry* entry = section.find(option->key);
      if (entry != nullptr) {
        take(*option, title, *entry);
      } else if (option->need == Need::required) {
        findings_.problems.add({section.line, title, option->key},
                               fmt::format("expected {}, got no such key", describe(*option)));
      } else if (!option->fallback.empty()) {
        if (const auto value = parse_value(*option, option->fallback)) {
          option->store(config_, *value);
        }
      }
    }
    apply_rules(kind, section, config_, findings_);
    if (from_file_ && kind == Kind::witness) judge_ping(section);
  }

  // Of the user who runs: a check that cannot ask its witness would call itself isolated.
  void judge_ping(const IniSection& section) {
    const WitnessConfig& witness = config_.witness.back();
    const IniEntry* type = section.find("type");
    if (witness.type != WitnessType::ping || type == nullptr || witness.host.empty()) return;
    const bool v6 = witness.host.find(':') != std::string::npos;
    const auto socket = open_ping_socket(v6 ? AF_INET6 : AF_INET);
    if (socket || socket.error().kind != ErrorKind::config) return;
    findings_.problems.add({type->line, section.title(), type->key},
                           "expected something else than ping, because " + socket.error().message);
  }

  void take(const Option& option, const std::string& title, const IniEntry& entry) {
    const Place place{entry.line, title, entry.key};
    if (option.show == Show::masked) {
      if (inline_secret_line_ == 0) inline_secret_line_ = entry.line;
      if (entry.has_comment) {
        findings_.problems.add(place,
                               "expected no ' ;' on the line of a secret (a comment begins there), "
                               "got one: put the comment on a line of its own, or the secret into "
                               "a file");
        return;
      }
    }
    auto value = parse_value(option, entry.value);
    if (value && option.shape.form == Form::secret) {
      if (auto secret = read_secret(value->text)) {
        value->text = *std::move(secret);
      } else {
        value = tl::unexpected<Error>(std::move(secret.error()));
      }
    } else if (value && option.shape.form == Form::document) {
      if (auto file = read_regular_file(value->text, kMaxDocument)) {
        value->text = std::move(file->text);
      } else {
        value = tl::unexpected<Error>(std::move(file.error()));
      }
    } else if (value && option.shape.form == Form::file) {
      if (auto readable = check_regular_file(value->text); !readable) {
        value = tl::unexpected<Error>(std::move(readable.error()));
      }
    }
    if (value) {
      option.store(config_, *value);
    } else {
      findings_.problems.add(place, value.error().message);
    }
  }

  void unknown_key(Kind kind, const std::string& title, const IniEntry& entry) {
    std::vector<std::string_view> keys;
    for (const Option* option : options_of(kind)) keys.push_back(option->key);
    const auto meant = nearest(entry.key, keys);
    findings_.problems.add(
        {entry.line, title, {}},
        fmt::format("expected a key of [{}], got {}; {}", to_string(kind), in_quotes(entry.key),
                    meant ? fmt::format("did you mean '{}'?", *meant)
                          : fmt::format("there are: {}", fmt::join(keys, ", "))));
  }

  void judge_mode(std::optional<mode_t> mode) {
    if (!mode || inline_secret_line_ == 0 || !is_open_to_others(*mode)) return;
    findings_.problems.add(
        {}, fmt::format("expected a file without rights for others (chmod o= {}), because line {} "
                        "holds a secret, got mode {:04o}",
                        path_, inline_secret_line_, *mode));
  }

  Loaded finish() {
    Loaded loaded;
    apply_rules_between_sections(config_, findings_);
    if (!config_.has_resources() && findings_.problems.empty()) {
      findings_.warnings.add({},
                             "no resources: expected an [http], [mysql], [redis] or [unit] "
                             "section, got none");
    }
    loaded.problems = findings_.problems.sorted();
    loaded.warnings = findings_.warnings.sorted();
    if (loaded.problems.empty()) loaded.config = std::move(config_);
    return loaded;
  }

  Config config_;
  Findings findings_;
  std::string path_;
  int inline_secret_line_ = 0;
  bool from_file_ = false;
};

}  // namespace

Loaded parse_config(const std::string& path, std::string_view text) {
  return Builder(path).build(text, std::nullopt);
}

Loaded load_config(const std::string& path) {
  auto file = read_regular_file(path, kMaxConfigBytes);
  if (!file) {
    ProblemList problems(path);
    problems.add({}, file.error().message);
    return {std::nullopt, problems.sorted(), {}};
  }
  return Builder(path).build(file->text, file->mode);
}

}  // namespace ha
