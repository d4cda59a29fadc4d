#include <fmt/format.h>

#include <algorithm>

#include "agent/gtid.h"

namespace ha {

std::string gtid_shown(std::string_view set) {
  constexpr std::size_t kShown = 160;
  if (set.size() <= kShown) return std::string(set);
  std::string_view head = set.substr(0, kShown);
  if (const auto comma = head.find_last_of(','); comma != std::string_view::npos) {
    head = head.substr(0, comma);
  }
  return fmt::format("{},... ({} entries, {} characters)", head,
                     std::count(set.begin(), set.end(), ',') + 1, set.size());
}

}  // namespace ha
