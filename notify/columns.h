// How wide a text is on a terminal: Chinese, Japanese and Korean characters take two columns,
// accents that combine take none. The text must be valid UTF-8 (clean_text()). Pure.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace ha {

/// The first character's bytes; `text` must not be empty.
std::string_view first_character(std::string_view text);
/// 0, 1 or 2.
std::size_t columns_of_character(std::string_view character);
std::size_t columns_of(std::string_view text);

/// `text` with spaces after it up to `width` columns.
std::string pad(std::string text, std::size_t width);
/// At most `width` columns; what is cut ends in "…".
std::string cut(std::string_view text, std::size_t width);

}  // namespace ha
