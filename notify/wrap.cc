#include "notify/wrap.h"

#include <algorithm>

namespace ha {

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string pad(std::string text, std::size_t width) {
  const std::size_t have = count_characters(text);
  if (have < width) text.append(width - have, ' ');
  return text;
}

std::string wrap(std::string line, std::string_view text, std::size_t indent, std::size_t width) {
  std::string done;
  std::size_t column = count_characters(line);
  bool fresh = true;  // nothing of `text` on this line yet
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t length = count_characters(word);
    const std::size_t gap = fresh ? 0 : 1;
    if (column + gap + length > width && column > indent) {
      while (!line.empty() && line.back() == ' ') line.pop_back();
      done += line + "\n";
      line.assign(indent, ' ');
      column = indent;
      fresh = true;
    }
    if (!fresh) line += ' ';
    column += (fresh ? 0 : 1) + length;
    line += word;
    fresh = false;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return done + line;
}

}  // namespace ha
