// Lines for an 80-column terminal. Pure.
#pragma once
#include <string>
#include <string_view>

namespace ha {

constexpr std::size_t kTerminalWidth = 80;

/// `text` appended to `line`, broken at spaces and between Chinese characters so that no line is
/// wider than `width` columns as far as words allow; the lines after the first begin with `indent`
/// spaces. `line` may be a whole beginning of a line already. No final newline.
std::string wrap(std::string line, std::string_view text, std::size_t indent,
                 std::size_t width = kTerminalWidth);

}  // namespace ha
