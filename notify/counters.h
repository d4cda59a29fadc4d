// What Prometheus counts: events and deliveries, by the journal's lines. The journal forgets what
// is older than two files of 4 MiB; a counter must not. So what a file holds that is about to be
// replaced is added to counters.json first, and a counter is that file's value and what the two
// journals hold. Counting is pure.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "agent/error.h"
#include "agent/state_dir.h"

namespace ha {

struct Counters {
  using Pair = std::pair<std::string, std::string>;
  std::map<Pair, std::uint64_t> transitions;   ///< by instance and what keepalived made of it
  std::map<std::string, std::uint64_t> tries;  ///< to deliver an alert, by channel
  std::map<Pair, std::uint64_t> failed;        ///< of them, by channel and failure_reason()
  std::uint64_t dead = 0;                      ///< alerts that were given up
  std::int64_t last_transition_ms = 0;         ///< 0: none

  bool operator==(const Counters&) const = default;
};

/// Every reason there is.
constexpr const char* kFailureReasons[] = {"no-answer", "status", "body"};
/// "no-answer": status 0. "status": one that is no success. "body": what came with a success says
/// otherwise.
const char* failure_reason(std::int64_t status);

/// Adds what the lines of a journal say; those that are no JSON, or half a line, are skipped.
void count_lines(std::string_view journal, Counters& counters);

inline std::string counters_path(const StateDir& dir) {
  return dir.root + "/counters.json";
}
/// Of everything that this state_dir ever saw. An error when a file exists and cannot be read.
Result<Counters> read_counters(const StateDir& dir);
/// Calls `replace`, after which journal.1.jsonl is another file, and counts what that held; by
/// whoever rotates, under the rotation's lock. Killed in between and done again, it counts once. On
/// a full disk there may be room only afterwards.
Status keep_counters(const StateDir& dir, const std::function<void()>& replace);

}  // namespace ha
