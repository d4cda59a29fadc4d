#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/gtid.h"
#include "agent/gtid_text.h"

namespace ha {
namespace {

using gtid::next;
using gtid::number;
using gtid::trim;

using Interval = std::pair<std::uint64_t, std::uint64_t>;  ///< both ends inclusive
using MysqlSet = std::map<std::string, std::vector<Interval>, std::less<>>;

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

/// Both in order and joined.
std::vector<Interval> subtract(const std::vector<Interval>& mine,
                               const std::vector<Interval>& other) {
  std::vector<Interval> left;
  for (auto [first, last] : mine) {
    for (const Interval& taken : other) {
      if (taken.second < first || taken.first > last) continue;
      if (taken.first > first) left.emplace_back(first, taken.first - 1);
      first = taken.second + 1;
      if (first > last) break;
    }
    if (first <= last) left.emplace_back(first, last);
  }
  return left;
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

std::optional<std::string> mysql_gtid_subtract(std::string_view mine, std::string_view other) {
  const auto all = parse_mysql(mine);
  const auto taken = parse_mysql(other);
  if (!all || !taken) return {};
  std::string text;
  for (const auto& [source, ranges] : *all) {
    const auto found = taken->find(source);
    const auto left = found == taken->end() ? ranges : subtract(ranges, found->second);
    if (left.empty()) continue;
    text += (text.empty() ? "" : ",") + source;
    for (const auto& [first, last] : left) {
      text += first == last ? fmt::format(":{}", first) : fmt::format(":{}-{}", first, last);
    }
  }
  return text;
}

}  // namespace ha
