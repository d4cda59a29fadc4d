#include "notify/mask.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "agent/text.h"

namespace ha {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::size_t kShortestSegment = 8;
constexpr std::size_t kShortestValue = 4;

struct Parts {
  std::string_view scheme, user, host, rest;  ///< rest: path, query and fragment
};

Parts split(std::string_view url) {
  Parts parts;
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) {
    parts.rest = url;
    return parts;
  }
  parts.scheme = url.substr(0, colon);
  url.remove_prefix(colon + 3);
  const auto end = std::min(url.find_first_of("/?#"), url.size());
  parts.host = url.substr(0, end);
  parts.rest = url.substr(end);
  if (const auto at = parts.host.rfind('@'); at != std::string_view::npos) {
    parts.user = parts.host.substr(0, at);
    parts.host.remove_prefix(at + 1);
  }
  return parts;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = std::tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    decoded += escape ? static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return decoded;
}

void add(std::vector<std::string>& secrets, std::string_view text, std::size_t shortest) {
  if (text.size() < shortest) return;
  secrets.emplace_back(text);
  secrets.push_back(percent_decode(text));
}

void add_pieces(std::vector<std::string>& secrets, std::string_view text, std::string_view between,
                std::size_t shortest) {
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(between), text.size());
    add(secrets, text.substr(0, end), shortest);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void replace_all(std::string& text, const std::string& what) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), kMask);
    at += kMask.size();
  }
}

}  // namespace

std::string mask_url(std::string_view url) {
  const Parts parts = split(url);
  if (parts.scheme.empty() || parts.host.empty()) return std::string(kMask);
  std::string masked(parts.scheme);
  return masked.append("://").append(parts.host).append("/***");
}

std::string mask_header(std::string text, std::string_view value) {
  value = trimmed(value);
  std::vector<std::string> secrets;
  add(secrets, value, 1);
  add_pieces(secrets, value, " \t", kShortestSegment);
  for (const std::string& one : secrets) replace_all(text, one);
  return text;
}

std::string mask_secrets(std::string text, std::string_view url, std::string_view secret) {
  const Parts parts = split(url);
  const auto query = std::min(parts.rest.find('?'), parts.rest.size());
  std::vector<std::string> secrets;
  add(secrets, url, 1);
  add(secrets, secret, 1);
  add(secrets, parts.rest, kShortestValue);
  add(secrets, parts.rest.substr(0, query), kShortestSegment);
  add_pieces(secrets, parts.user, ":", 1);
  add_pieces(secrets, parts.rest.substr(0, query), "/", kShortestSegment);
  add_pieces(secrets, parts.rest.substr(query), "?&=#", kShortestValue);
  // The longest first: a part of one that is gone can no longer be told from a word.
  std::sort(secrets.begin(), secrets.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& one : secrets) replace_all(text, one);
  return text;
}

}  // namespace ha
