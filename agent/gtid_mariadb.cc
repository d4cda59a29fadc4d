#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "agent/gtid.h"
#include "agent/gtid_text.h"

namespace ha {
namespace {

using Sequence = std::uint64_t;
/// Of one domain: server id to the last sequence that is known to be held of it.
using Domain = std::map<std::uint64_t, Sequence>;
using Held = std::map<std::uint64_t, Domain>;

std::optional<Held> parse(std::string_view text) {
  Held held;
  text = gtid::trim(text);
  while (!text.empty()) {
    std::string_view entry = gtid::next(text, ',');
    if (entry.empty()) continue;  // two lists put together, one of them empty
    std::array<std::uint64_t, 3> part{};
    for (std::uint64_t& value : part) {
      const auto parsed = gtid::number(gtid::next(entry, '-'));
      if (!parsed) return {};
      value = *parsed;
    }
    if (!entry.empty()) return {};
    Sequence& sequence = held[part[0]][part[1]];
    sequence = std::max(sequence, part[2]);
  }
  return held;
}

Sequence top(const Domain& domain) {
  Sequence highest = 0;
  for (const auto& [server, sequence] : domain) highest = std::max(highest, sequence);
  return highest;
}

/// The last transaction that both are known to hold; nullopt when none is known.
std::optional<Sequence> common(const Domain& a, const Domain& b) {
  std::optional<Sequence> last;
  for (const auto& [server, sequence] : a) {
    const auto found = b.find(server);
    if (found == b.end()) continue;
    last = std::max(last.value_or(0), std::min(sequence, found->second));
  }
  return last;
}

/// The first sequence of `mine` that `other` lacks, if any lies at or below the top of `mine`.
std::optional<Sequence> first_past(const Domain& mine, const Domain& other) {
  if (other.empty()) return 1;
  if (const auto shared = common(mine, other)) return *shared + 1;
  // Nothing in common is known. The higher one holds what the lower one cannot; at the same height
  // the last transactions differ, because their server ids do.
  if (top(mine) > top(other)) return top(other) + 1;
  if (top(mine) == top(other)) return top(mine);
  return {};
}

}  // namespace

std::optional<bool> mariadb_gtid_reached(std::string_view have, std::string_view want) {
  const auto reached = parse(have);
  const auto wanted = parse(want);
  if (!reached || !wanted) return {};
  return std::all_of(wanted->begin(), wanted->end(), [&](const auto& domain) {
    const auto found = reached->find(domain.first);
    return found != reached->end() && top(found->second) >= top(domain.second);
  });
}

std::optional<std::string> mariadb_gtid_subtract(std::string_view mine, std::string_view other) {
  const auto all = parse(mine);
  const auto taken = parse(other);
  if (!all || !taken) return {};
  std::string text;
  for (const auto& [id, domain] : *all) {
    const auto found = taken->find(id);
    const auto first = first_past(domain, found == taken->end() ? Domain{} : found->second);
    if (!first) return {};
    for (const auto& [server, last] : domain) {
      if (last < *first) continue;
      text += fmt::format("{}{}-{}-{}", text.empty() ? "" : ",", id, server, *first);
      if (last > *first) text += fmt::format("..{}-{}-{}", id, server, last);
    }
  }
  return text;
}

std::optional<std::string> mariadb_gtid_merge(std::string_view a, std::string_view b) {
  const auto held = parse(fmt::format("{},{}", a, b));
  if (!held) return {};
  std::string text;
  for (const auto& [id, domain] : *held) {
    const auto last =
        std::max_element(domain.begin(), domain.end(),
                         [](const auto& x, const auto& y) { return x.second < y.second; });
    text += fmt::format("{}{}-{}-{}", text.empty() ? "" : ",", id, last->first, last->second);
  }
  return text;
}

}  // namespace ha
