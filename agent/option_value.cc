#include "agent/option_value.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "agent/duration.h"
#include "agent/text.h"

namespace ha {
namespace {

constexpr std::string_view kUnitSuffixes[] = {".service", ".socket", ".target",    ".timer",
                                              ".path",    ".mount",  ".automount", ".swap",
                                              ".slice",   ".scope"};

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Non-empty, and nothing but letters, digits and `others`.
bool made_of(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alnum(c) || others.find(c) != std::string_view::npos;
  });
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

bool is_address(std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> buffer{};
  const std::string whole(text);
  return ::inet_pton(AF_INET, whole.c_str(), buffer.data()) == 1 ||
         ::inet_pton(AF_INET6, whole.c_str(), buffer.data()) == 1;
}

/// A colon is only in an IPv6 address (a zone may follow): `host = db1:3306` is a mistake.
bool is_host(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return is_address(text.substr(0, text.find('%')));
  return made_of(text, "._-") && text.size() <= 253 && text[0] != '-';
}

bool is_unit(std::string_view text) {
  if (text.empty() || !made_of(text, ":_.\\@-") || text[0] == '-' || text[0] == '.') return false;
  return std::any_of(std::begin(kUnitSuffixes), std::end(kUnitSuffixes), [&](std::string_view s) {
    if (!text.ends_with(s) || text.size() == s.size()) return false;
    return text[text.size() - s.size() - 1] != '@';  // a template is no unit
  });
}

/// A URL that ends with its host or port; a last slash is no path.
bool is_server(std::string_view url) {
  if (!is_http_url(url)) return false;
  const std::string_view rest = url.substr(url.find("://") + 3);
  const auto end = rest.find_first_of("/?#");
  return end == std::string_view::npos || (rest[end] == '/' && end + 1 == rest.size());
}

/// 200 or 200-299.
std::optional<std::pair<int, int>> parse_range(std::string_view text) {
  constexpr std::int64_t kFirst = 100;
  constexpr std::int64_t kLast = 599;
  const auto dash = text.find('-');
  const auto low = parse_number(trimmed(text.substr(0, dash)));
  const auto high =
      dash == std::string_view::npos ? low : parse_number(trimmed(text.substr(dash + 1)));
  if (!low || !high || *low < kFirst || *high > kLast || *low > *high) return std::nullopt;
  return std::pair{static_cast<int>(*low), static_cast<int>(*high)};
}

bool is_header(std::string_view text) {
  const auto colon = text.find(':');
  return colon != std::string_view::npos &&
         made_of(text.substr(0, colon), "!#$%&'*+-.^_`~");  // RFC 9110, token
}

std::optional<std::int64_t> place_of(std::string_view word, std::string_view words) {
  const auto all = split(words, '|');
  const auto at = std::find(all.begin(), all.end(), word);
  if (at == all.end()) return std::nullopt;
  return at - all.begin();
}

/// "a, b or c".
std::string alternatives(std::string_view words) {
  const auto all = split(words, '|');
  std::string out(all[0]);
  for (std::size_t i = 1; i < all.size(); ++i) {
    out += fmt::format("{}{}", i + 1 == all.size() ? " or " : ", ", all[i]);
  }
  return out;
}

bool within(const Shape& shape, std::int64_t number) {
  return number >= shape.min && number <= shape.max;
}

// --- the forms that are more than a question of yes or no
// ------------------------------------------

std::optional<Value> parse_listed(const Shape& shape, std::string_view text) {
  Value value;
  value.text = text;
  for (const std::string_view word : split(text, ',')) {
    const bool twice = std::find(value.list.begin(), value.list.end(), word) != value.list.end();
    if (!place_of(word, shape.words) || twice) return std::nullopt;
    value.list.emplace_back(word);
  }
  return value;
}

std::optional<Value> parse_statuses(std::string_view text) {
  Value value;
  value.text = text;
  for (const std::string_view part : split(text, ',')) {
    const auto range = parse_range(part);
    if (!range) return std::nullopt;
    value.ranges.push_back(*range);
  }
  return value;
}

std::optional<Value> parse_headers(std::string_view text) {
  Value value;
  value.text = text;
  for (const std::string_view part : split(text, '|')) {
    if (!is_header(part)) return std::nullopt;
    value.list.emplace_back(part);
  }
  return value;
}

std::optional<Value> parse_servers(std::string_view text) {
  Value value;
  value.text = text;
  for (std::string_view part : split(text, ',')) {
    if (!is_server(part)) return std::nullopt;
    if (part.ends_with('/')) part.remove_suffix(1);
    value.list.emplace_back(part);
  }
  return value;
}

std::optional<Value> parse_texts(std::string_view text) {
  Value value;
  value.text = text;
  for (const std::string_view part : split(text, ',')) {
    if (part.empty()) return std::nullopt;
    value.list.emplace_back(part);
  }
  return value;
}

std::optional<Value> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  std::string_view address = "127.0.0.1";
  if (colon != std::string_view::npos) {
    address = text.substr(0, colon);
    const bool brackets = address.starts_with('[') && address.ends_with(']');
    const bool ipv6 = address.find(':') != std::string_view::npos;
    if (brackets != ipv6) return std::nullopt;
    if (brackets) address = address.substr(1, address.size() - 2);
  }
  const auto port = parse_number(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!is_address(address) || !port || *port < 1 || *port > 65535) return std::nullopt;
  Value value;
  value.text = text;
  value.number = *port;
  value.list.emplace_back(address);
  return value;
}

/// "22:00", in minutes of the day.
std::optional<int> parse_time_of_day(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.size() - colon != 3) return std::nullopt;
  const auto hour = parse_number(text.substr(0, colon));
  const auto minute = parse_number(text.substr(colon + 1));
  if (!hour || !minute || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59) {
    return std::nullopt;
  }
  return static_cast<int>(*hour * 60 + *minute);
}

std::optional<Value> parse_hours(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_time_of_day(trimmed(text.substr(0, dash)));
  const auto to = parse_time_of_day(trimmed(text.substr(dash + 1)));
  if (!from || !to || *from == *to) return std::nullopt;
  Value value;
  value.text = text;
  value.ranges.emplace_back(*from, *to);
  return value;
}

std::optional<Value> if_so(bool so, std::string_view text, std::int64_t number = 0) {
  if (!so) return std::nullopt;
  Value value;
  value.text = text;
  value.number = number;
  return value;
}

std::optional<Value> parse_form(const Shape& shape, std::string_view text) {
  switch (shape.form) {
    case Form::text:
      return if_so(true, text);
    case Form::word: {
      const auto place = place_of(text, shape.words);
      return if_so(place.has_value(), text, place.value_or(0));
    }
    case Form::list:
      return parse_listed(shape, text);
    case Form::flag:
      return if_so(text == "yes" || text == "no", text, text == "yes" ? 1 : 0);
    case Form::number: {
      const auto number = parse_number(text);
      return if_so(number && within(shape, *number), text, number.value_or(0));
    }
    case Form::duration: {
      const auto duration = parse_duration(text);
      return if_so(duration && within(shape, duration->count()), text,
                   duration ? duration->count() : 0);
    }
    case Form::path:
    case Form::file:
    case Form::secret:
    case Form::document:
      return if_so(text.starts_with('/') && text != "/", text);
    case Form::folder:
      return if_so(text.starts_with('/'), text);
    case Form::host:
      return if_so(is_host(text), text);
    case Form::address:
      return if_so(is_address(text), text);
    case Form::listen:
      return parse_listen(text);
    case Form::url:
      return if_so(is_http_url(text), text);
    case Form::servers:
      return parse_servers(text);
    case Form::statuses:
      return parse_statuses(text);
    case Form::headers:
      return parse_headers(text);
    case Form::texts:
      return parse_texts(text);
    case Form::hours:
      return parse_hours(text);
    case Form::unit:
      return if_so(is_unit(text), text);
  }
  return std::nullopt;
}

}  // namespace

std::string describe(const Option& option) {
  const Shape& shape = option.shape;
  switch (shape.form) {
    case Form::text:
      return "a text";
    case Form::word:
      return alternatives(shape.words);
    case Form::list:
      return fmt::format("some of {}, with commas between",
                         fmt::join(split(shape.words, '|'), ", "));
    case Form::flag:
      return "yes or no";
    case Form::number:
      return fmt::format("a whole number from {} to {}", shape.min, shape.max);
    case Form::duration:
      return fmt::format("a duration from {} to {} (units: ms, s, m, h, d)",
                         shape.min == 0 ? "0s" : format_duration(Millis{shape.min}),
                         format_duration(Millis{shape.max}));
    case Form::path:
    case Form::folder:
      return "an absolute path";
    case Form::file:
      return "the absolute path of a readable file";
    case Form::secret:
      return "the absolute path of a file with the secret";
    case Form::document:
      return "the absolute path of a readable file of at most 64 KiB";
    case Form::host:
      return "a host name or an address";
    case Form::address:
      return "an IPv4 or IPv6 address without a prefix length";
    case Form::listen:
      return "a port, or an address and a port, such as 9650, 192.0.2.11:9650 or [::1]:9650";
    case Form::url:
      return "http:// or https://, a host, and no user name, password or blank";
    case Form::servers:
      return "http:// or https:// and a host, perhaps a port, no path; commas between several";
    case Form::statuses:
      return "statuses from 100 to 599 such as 200, 200-299 or 200,204";
    case Form::headers:
      return "'Name: value', with | between several";
    case Form::texts:
      return "a text, with commas between several";
    case Form::hours:
      return "two times of the day, such as 22:00-07:00";
    case Form::unit:
      return "a systemd unit with its suffix, such as nginx.service";
  }
  return "";
}

Result<Value> parse_value(const Option& option, std::string_view text) {
  if (text.empty()) {
    return fail(fmt::format("expected {}, got nothing", describe(option)), ErrorKind::config);
  }
  if (auto value = parse_form(option.shape, text)) return *std::move(value);
  // A URL may carry a credential even where none should be.
  const Form form = option.shape.form;
  const bool hide = option.show == Show::masked || form == Form::url || form == Form::servers;
  return fail(
      fmt::format("expected {}, got {}", describe(option), hide ? "'***'" : in_quotes(text)),
      ErrorKind::config);
}

bool is_http_url(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const bool blank = std::any_of(rest.begin(), rest.end(), [](char c) {
      return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    });
    return !blank && made_of(authority, ".:_-%[]") && authority[0] != ':';
  }
  return false;
}

std::string masked_url(std::string_view url) {
  if (!is_http_url(url)) return "***";
  const auto host = url.find("://") + 3;
  return fmt::format("{}/***", url.substr(0, url.find_first_of("/?#", host)));
}

}  // namespace ha
