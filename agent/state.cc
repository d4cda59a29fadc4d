#include "agent/state.h"

#include <strings.h>

#include <array>
#include <string>
#include <utility>

namespace ha {
namespace {

constexpr std::array<std::pair<State, std::string_view>, 5> kWords{{{State::master, "MASTER"},
                                                                    {State::backup, "BACKUP"},
                                                                    {State::fault, "FAULT"},
                                                                    {State::stop, "STOP"},
                                                                    {State::deleted, "DELETED"}}};

}  // namespace

std::string_view to_string(State state) {
  for (const auto& [value, word] : kWords) {
    if (value == state) return word;
  }
  return "none";
}

std::optional<State> parse_state(std::string_view word) {
  for (const auto& [value, name] : kWords) {
    if (word.size() == name.size() && ::strncasecmp(word.data(), name.data(), name.size()) == 0) {
      return value;
    }
  }
  return std::nullopt;
}

std::string_view to_string(Role role) {
  return role == Role::master ? "MASTER" : "STANDBY";
}

}  // namespace ha
