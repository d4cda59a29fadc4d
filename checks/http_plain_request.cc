// The pure half of the plain HTTP client: what it asks.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "checks/http_plain.h"

namespace ha {
namespace {

bool starts_with_word(std::string_view header, std::string_view name) {
  return header.size() > name.size() && header[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), header.begin(), [](unsigned char a, unsigned char b) {
           return std::tolower(a) == std::tolower(b);
         });
}

}  // namespace

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
