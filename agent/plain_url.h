// An http:// URL taken apart, for requests that do without libcurl. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace ha {

struct PlainUrl {
  std::string authority;  ///< for the Host header: host, and the port when the URL names one
  std::string host;       ///< without brackets
  std::string port;
  std::string target;  ///< path and query
};

/// nullopt: a URL for libcurl (https, user names, odd ones).
std::optional<PlainUrl> plain_url(std::string_view url);

}  // namespace ha
