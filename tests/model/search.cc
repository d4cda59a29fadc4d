#include "tests/model/search.h"

#include <algorithm>
#include <chrono>

namespace ha::model {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFFU;

// Open addressing; states are numbered in the order in which they were found.
class Visited {
 public:
  Visited() : slots_(std::size_t{1} << 16U, kNone) {}

  /// The number of the state, and whether it is new.
  std::pair<std::uint32_t, bool> add(const Key& key) {
    if (keys.size() * 2 >= slots_.size()) grow();
    const std::size_t slot = find(key);
    if (slots_[slot] != kNone) return {slots_[slot], false};
    slots_[slot] = static_cast<std::uint32_t>(keys.size());
    keys.push_back(key);
    return {slots_[slot], true};
  }

  std::vector<Key> keys;

 private:
  std::size_t find(const Key& key) const {
    const std::size_t mask = slots_.size() - 1;
    std::uint64_t hash = key.low * 0x9E3779B97F4A7C15ULL ^ key.high * 0xC2B2AE3D27D4EB4FULL;
    hash ^= hash >> 32U;
    std::size_t slot = static_cast<std::size_t>(hash * 0x9E3779B97F4A7C15ULL >> 20U) & mask;
    while (slots_[slot] != kNone && !(keys[slots_[slot]] == key)) slot = (slot + 1) & mask;
    return slot;
  }
  void grow() {
    slots_.assign(slots_.size() * 2, kNone);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      slots_[find(keys[i])] = static_cast<std::uint32_t>(i);
    }
  }

  std::vector<std::uint32_t> slots_;
};

State running_pair(int faults, bool lock) {
  State state;
  state.faults = static_cast<std::uint8_t>(faults);
  if (lock) state.lease = Holder::first;
  for (int i = 0; i < 2; ++i) {
    Node& node = state.node[static_cast<unsigned>(i)];
    node.had_event = true;
    node.armed = true;
    node.work = Work::done;
    node.memory.semi_sync = true;
    node.memory.semi_sync_by = Process::now;
    node.memory.server = Process::now;
  }
  Node& first = state.node[0];
  first.keepalived = Keepalived::master;
  first.event = Event::master;
  first.writable = true;
  first.waits = true;
  first.serving = true;
  first.memory.freshness = 3;
  first.memory.promoted = Process::now;
  Node& second = state.node[1];
  second.keepalived = Keepalived::backup;
  second.event = Event::backup;
  second.io = Io::running;
  second.memory.freshness = 1;
  return state;
}

// Two servers that nobody has promoted yet; semi-sync is enabled in their configuration.
State first_boot(int faults) {
  State state;
  state.faults = static_cast<std::uint8_t>(faults);
  for (Node& node : state.node) node.armed = true;
  return state;
}

class Search {
 public:
  explicit Search(const Run& run)
      : run_(run), rules_(run.witness, run.lock, run.mutation), world_{&rules_, run.faults} {}

  Found operator()() {
    if (!run_.from_first_boot_only) reach(running_pair(run_.budget, run_.lock), kNone, {});
    reach(first_boot(run_.budget), kNone, {});
    std::size_t next = 0;
    for (; next < visited_.keys.size() && found_.violated == Property::none; ++next) {
      if (is_enough(next)) break;
      expand(static_cast<std::uint32_t>(next));
    }
    expanded_ = next;
    found_.complete = next == visited_.keys.size();
    if (found_.violated == Property::none && is_looked_for(Property::l1)) look_for_ends();
    found_.states = visited_.keys.size();
    found_.depth = depth_.empty() ? 0 : depth_[std::max<std::size_t>(expanded_, 1) - 1];
    found_.seconds = seconds();
    return std::move(found_);
  }

 private:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }
  bool is_looked_for(Property broken) const {
    if (run_.only != Property::none) return broken == run_.only;
    return broken != Property::none;
  }
  bool is_enough(std::size_t next) const {
    if (run_.most_states != 0 && visited_.keys.size() >= run_.most_states) return true;
    return run_.most_seconds > 0 && next % 4096 == 0 && seconds() > run_.most_seconds;
  }

  std::uint32_t reach(const State& state, std::uint32_t from, const Move& move) {
    const auto [number, is_new] = visited_.add(pack(state));
    if (!is_new) return number;
    parent_.push_back(from);
    move_.push_back(move);
    depth_.push_back(static_cast<std::uint16_t>(from == kNone ? 0 : depth_[from] + 1));
    return number;
  }

  void expand(std::uint32_t number) {
    const State state = unpack(visited_.keys[number]);
    first_edge_.push_back(edges_.size());
    if (found_.violated == Property::none) {
      if (const Property broken = violated(state, run_.s1); is_looked_for(broken)) {
        return report(broken, number);
      }
    }
    successors(state, world_, [&](const State& next, const Move& move) {
      ++found_.moves;
      const std::uint32_t to = reach(next, number, move);
      if (!move.fault && to != number) edges_.push_back(to);
      if (found_.violated != Property::none) return;
      if (const Property broken = violated(move); is_looked_for(broken)) {
        report(broken, number);
        found_.trace.push_back(describe(move));
        found_.trace.push_back("      " + describe(next));
      }
    });
  }

  void report(Property broken, std::uint32_t number) {
    found_.violated = broken;
    std::vector<std::uint32_t> path;
    for (std::uint32_t at = number; at != kNone; at = parent_[at]) path.push_back(at);
    std::reverse(path.begin(), path.end());
    for (const std::uint32_t at : path) {
      if (parent_[at] != kNone) found_.trace.push_back(describe(move_[at]));
      found_.trace.push_back("      " + describe(unpack(visited_.keys[at])));
    }
  }

  // L1: from every state a settled one can be reached without another fault. What was not expanded
  // counts as settled: nothing is known against it.
  void look_for_ends() {
    const std::size_t count = visited_.keys.size();
    first_edge_.resize(expanded_);
    first_edge_.push_back(edges_.size());
    std::vector<std::uint32_t> fill(count + 1, 0);
    for (const std::uint32_t to : edges_) ++fill[to + 1];
    for (std::size_t i = 0; i < count; ++i) fill[i + 1] += fill[i];
    std::vector<std::uint32_t> before(edges_.size());
    std::vector<std::uint32_t> used(fill.begin(), fill.end() - 1);
    for (std::size_t from = 0; from < expanded_; ++from) {
      for (std::size_t i = first_edge_[from]; i < first_edge_[from + 1]; ++i) {
        before[used[edges_[i]]++] = static_cast<std::uint32_t>(from);
      }
    }
    std::vector<bool> good(count, false);
    std::vector<std::uint32_t> open;
    for (std::size_t i = 0; i < count; ++i) {
      if (i < expanded_ && !settled(unpack(visited_.keys[i]))) continue;
      good[i] = true;
      open.push_back(static_cast<std::uint32_t>(i));
    }
    while (!open.empty()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      for (std::uint32_t i = fill[at]; i < fill[at + 1]; ++i) {
        if (good[before[i]]) continue;
        good[before[i]] = true;
        open.push_back(before[i]);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (!good[i]) return report(Property::l1, static_cast<std::uint32_t>(i));
    }
  }

  Run run_;
  Rules rules_;
  World world_;
  Visited visited_;
  std::vector<std::uint32_t> parent_;
  std::vector<Move> move_;
  std::vector<std::uint16_t> depth_;
  std::vector<std::size_t> first_edge_;
  std::vector<std::uint32_t> edges_;
  std::size_t expanded_ = 0;
  Found found_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace

Found search(const Run& run) {
  return Search(run)();
}

}  // namespace ha::model
