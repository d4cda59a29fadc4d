#include "agent/plain_url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace ha {
namespace {

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65535;
}

bool is_host(std::string_view text, std::string_view further) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) || further.find(static_cast<char>(c)) != further.npos;
  });
}

}  // namespace

std::optional<PlainUrl> plain_url(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  url = url.substr(0, url.find('#'));
  const auto end = std::min(url.find_first_of("/?"), url.size());
  PlainUrl plain;
  plain.authority = url.substr(0, end);
  plain.target = url.substr(end);
  if (!plain.target.starts_with('/')) plain.target.insert(0, "/");
  // libcurl takes "." and ".." out of a path and escapes what needs it.
  if (plain.target.find("/.") != std::string::npos) return std::nullopt;
  if (!std::all_of(plain.target.begin(), plain.target.end(),
                   [](unsigned char c) { return c > 0x20 && c < 0x7F; })) {
    return std::nullopt;
  }
  std::string_view rest = plain.authority;
  const bool bracket = rest.starts_with('[');
  const auto host_end = bracket ? rest.find(']') : std::min(rest.find(':'), rest.size());
  if (host_end == std::string_view::npos) return std::nullopt;
  plain.host = rest.substr(bracket ? 1 : 0, host_end - (bracket ? 1 : 0));
  rest.remove_prefix(host_end + (bracket ? 1 : 0));
  if (!is_host(plain.host, bracket ? ":." : ".-_")) return std::nullopt;
  plain.port = rest.empty() ? "80" : rest.substr(1);
  if ((!rest.empty() && rest[0] != ':') || !is_port(plain.port)) return std::nullopt;
  return plain;
}

}  // namespace ha
