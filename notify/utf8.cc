#include "notify/utf8.h"

#include <cstdint>

namespace ha {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

/// The length of the valid character at `at`, 0 when it is none (Unicode 15, table 3-7).
std::size_t char_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !continues(text, at + 1)) return 0;
  if (first < 0xE0) return 2;
  const unsigned second = byte(at + 1);
  if (!continues(text, at + 2)) return 0;
  if (first < 0xF0) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  if (!continues(text, at + 3)) return 0;
  return (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F) ? 0 : 4;
}

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string clean_text(std::string_view text, bool one_line) {
  std::string clean;
  const auto put = [&](std::string_view piece) {
    if (one_line && piece == " " && (clean.empty() || clean.back() == ' ')) return;
    clean += piece;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = char_length(text, at);
    const std::string_view character = text.substr(at, length);
    at += length == 0 ? 1 : length;
    if (length == 0) {
      put(kReplacement);
    } else if (character == "\n" && !one_line) {
      put(character);
    } else {
      put(is_control(character) ? " " : character);
    }
  }
  if (one_line && !clean.empty() && clean.back() == ' ') clean.pop_back();
  return clean;
}

std::string truncate_utf8(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  if (max_bytes < kEllipsis.size()) return {};
  std::size_t end = max_bytes - kEllipsis.size();
  while (end > 0 && continues(text, end)) --end;
  return std::string(text.substr(0, end)).append(kEllipsis);
}

}  // namespace ha
