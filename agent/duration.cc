#include "agent/duration.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <limits>
#include <utility>

namespace ha {
namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

}  // namespace

Result<Millis> parse_duration(std::string_view text) {
  std::size_t digits = 0;
  std::int64_t number = 0;
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    const int digit = text[digits] - '0';
    if (number > (kMax - digit) / 10) return fail("the number is too large", ErrorKind::config);
    number = number * 10 + digit;
  }
  if (digits == 0) {
    return fail("expected a duration such as 1500ms, 2s or 5m", ErrorKind::config);
  }
  const std::string_view unit = text.substr(digits);
  if (unit.empty()) {
    return fail("expected a unit after the number: ms, s, m, h or d", ErrorKind::config);
  }
  for (const auto& [name, factor] : kUnits) {
    if (unit != name) continue;
    if (number > kMax / factor) return fail("the duration is too large", ErrorKind::config);
    return Millis{number * factor};
  }
  return fail(fmt::format("unknown unit '{}': expected ms, s, m, h or d", unit), ErrorKind::config);
}

std::string format_duration(Millis value) {
  const std::int64_t count = value.count();
  for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
    if (count != 0 && count % unit->second == 0) {
      return fmt::format("{}{}", count / unit->second, unit->first);
    }
  }
  return fmt::format("{}ms", count);
}

}  // namespace ha
