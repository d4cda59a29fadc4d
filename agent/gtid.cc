#include "agent/gtid.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ha {
namespace {

using Interval = std::pair<std::uint64_t, std::uint64_t>;  ///< both ends inclusive
using MysqlSet = std::map<std::string, std::vector<Interval>, std::less<>>;
using MariadbPosition = std::map<std::uint64_t, std::uint64_t>;  ///< domain to sequence

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// The text up to `separator`, which is taken off `rest` too.
std::string_view next(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return trim(part);
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

std::optional<Interval> interval(std::string_view text) {
  std::string_view rest = text;
  const auto first = number(next(rest, '-'));
  if (!first) return {};
  if (text.find('-') == std::string_view::npos) return Interval{*first, *first};
  const auto last = number(trim(rest));
  if (!last || *last < *first) return {};
  return Interval{*first, *last};
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::optional<MysqlSet> parse_mysql(std::string_view text) {
  MysqlSet set;
  while (!text.empty()) {
    std::string_view group = next(text, ',');
    if (group.empty()) continue;
    const std::string uuid = lower(next(group, ':'));
    std::string key = uuid;
    if (group.empty()) return {};
    while (!group.empty()) {
      const std::string_view word = next(group, ':');
      if (word.empty()) return {};
      if (std::isdigit(static_cast<unsigned char>(word.front())) == 0) {
        key = uuid + ':' + lower(word);
        continue;
      }
      const auto range = interval(word);
      if (!range) return {};
      set[key].push_back(*range);
    }
  }
  // Neighbours are joined, so that one interval of the part lies in one of the whole.
  for (auto& [source, ranges] : set) {
    std::sort(ranges.begin(), ranges.end());
    std::vector<Interval> joined;
    for (const Interval& range : ranges) {
      if (!joined.empty() && range.first <= joined.back().second + 1) {
        joined.back().second = std::max(joined.back().second, range.second);
      } else {
        joined.push_back(range);
      }
    }
    ranges = std::move(joined);
  }
  return set;
}

std::optional<MariadbPosition> parse_mariadb(std::string_view text) {
  MariadbPosition position;
  text = trim(text);
  while (!text.empty()) {
    std::string_view gtid = next(text, ',');
    std::array<std::uint64_t, 3> part{};
    for (std::uint64_t& value : part) {
      const auto parsed = number(next(gtid, '-'));
      if (!parsed) return {};
      value = *parsed;
    }
    if (!gtid.empty()) return {};
    std::uint64_t& sequence = position[part[0]];
    sequence = std::max(sequence, part[2]);
  }
  return position;
}

}  // namespace

std::optional<bool> mysql_gtid_subset(std::string_view part, std::string_view whole) {
  const auto small = parse_mysql(part);
  const auto large = parse_mysql(whole);
  if (!small || !large) return {};
  return std::all_of(small->begin(), small->end(), [&](const auto& source) {
    const auto found = large->find(source.first);
    if (found == large->end()) return false;
    const auto& ranges = found->second;
    return std::all_of(source.second.begin(), source.second.end(), [&](const Interval& wanted) {
      return std::any_of(ranges.begin(), ranges.end(), [&](const Interval& range) {
        return range.first <= wanted.first && wanted.second <= range.second;
      });
    });
  });
}

std::optional<bool> mariadb_gtid_reached(std::string_view have, std::string_view want) {
  const auto reached = parse_mariadb(have);
  const auto wanted = parse_mariadb(want);
  if (!reached || !wanted) return {};
  return std::all_of(wanted->begin(), wanted->end(), [&](const auto& domain) {
    const auto found = reached->find(domain.first);
    return found != reached->end() && found->second >= domain.second;
  });
}

}  // namespace ha
