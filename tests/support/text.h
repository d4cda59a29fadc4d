// What an assertion asks of a text.
#pragma once
#include <string>

namespace ha::test {

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace ha::test
