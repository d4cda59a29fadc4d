// A configuration text and what is said about it, for tests of the parser.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"

namespace ha::test {

using Texts = std::vector<std::string>;

inline Texts texts(const std::vector<Problem>& problems) {
  Texts out;
  for (const Problem& problem : problems) out.push_back(problem.text);
  return out;
}
/// Everything that is wrong with a file "f" of this text.
inline Texts problems(std::string_view text) {
  return texts(parse_config("f", text).problems);
}
inline Texts warnings(std::string_view text) {
  return texts(parse_config("f", text).warnings);
}
/// The text must be free of problems.
inline Config config_of(std::string_view text) {
  return parse_config("f", text).config.value();
}

}  // namespace ha::test
