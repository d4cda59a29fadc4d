// The pure half of the plain HTTP client: which URLs it takes, and what it asks.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "checks/http_plain.h"

namespace ha {
namespace {

bool starts_with_word(std::string_view header, std::string_view name) {
  return header.size() > name.size() && header[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), header.begin(), [](unsigned char a, unsigned char b) {
           return std::tolower(a) == std::tolower(b);
         });
}

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

std::string plain_request(const HttpConfig& config, const PlainUrl& url) {
  const auto configured = [&](std::string_view name) {
    return std::any_of(config.headers.begin(), config.headers.end(),
                       [&](const auto& header) { return starts_with_word(header, name); });
  };
  std::string text =
      fmt::format("{} {} HTTP/1.1\r\n", config.method.empty() ? "GET" : config.method, url.target);
  const auto ours = [&](std::string_view name, std::string_view value) {
    if (!configured(name)) text += fmt::format("{}: {}\r\n", name, value);
  };
  ours("Host", url.authority);
  ours("User-Agent", "ha-agent/" HA_VERSION);
  ours("Accept", "*/*");
  ours("Connection", "close");
  if (config.method == "POST") ours("Content-Length", "0");
  for (const std::string& header : config.headers) text += header + "\r\n";
  return text + "\r\n";
}

}  // namespace ha
