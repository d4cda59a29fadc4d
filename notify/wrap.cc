#include "notify/wrap.h"

#include <algorithm>
#include <array>

#include "notify/columns.h"

namespace ha {
namespace {

/// What no line of Chinese text may begin with.
bool closes(std::string_view character) {
  constexpr std::array<std::string_view, 12> kClosing{"，", "。", "、", "；", "：", "？",
                                                      "！", "）", "】", "》", "”",  "」"};
  return std::find(kClosing.begin(), kClosing.end(), character) != kClosing.end();
}

/// What is not broken: a word, or one Chinese character with the punctuation after it. `text` does
/// not begin with a space.
std::string_view next_piece(std::string_view text) {
  std::size_t end = 0;
  bool wide = false;
  while (end < text.size() && text[end] != ' ') {
    const std::string_view character = first_character(text.substr(end));
    const bool stays = end == 0 || closes(character);
    if (!stays && (wide || columns_of_character(character) == 2)) break;
    wide = columns_of_character(character) == 2;
    end += character.size();
  }
  return text.substr(0, end);
}

}  // namespace

std::string wrap(std::string line, std::string_view text, std::size_t indent, std::size_t width) {
  std::string done;
  std::size_t column = columns_of(line);
  bool fresh = true;  // nothing of `text` on this line yet
  while (true) {
    const std::size_t spaces = std::min(text.find_first_not_of(' '), text.size());
    text.remove_prefix(spaces);
    if (text.empty()) break;
    const std::string_view piece = next_piece(text);
    text.remove_prefix(piece.size());
    const std::size_t length = columns_of(piece);
    std::size_t gap = fresh || spaces == 0 ? 0 : 1;
    if (column + gap + length > width && column > indent) {
      while (!line.empty() && line.back() == ' ') line.pop_back();
      done += line + "\n";
      line.assign(indent, ' ');
      column = indent;
      gap = 0;
    }
    line.append(gap, ' ').append(piece);
    column += gap + length;
    fresh = false;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return done + line;
}

}  // namespace ha
