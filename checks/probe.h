// What every probe shares. A probe is two halves: gather_*() talks to the server and gives plain
// facts, judge_*() is pure and turns facts and what is expected into a Finding. Probes observe and
// never change anything.
#pragma once
#include <atomic>
#include <string>
#include <utility>

#include "agent/finding.h"
#include "agent/state.h"

namespace ha {

/// What this node's role asks of a resource.
struct Expectation {
  Role role = Role::standby;
  bool promoting = false;  ///< a promotion runs: writability may still come
  bool starting = false;   ///< the promotion is young and this resource was not healthy since
};

/// Where a probe is, written by its thread and read by the one that waits: what to say of it when
/// it is late. Only string literals.
class Stage {
 public:
  void at(const char* stage) { now_.store(stage, std::memory_order_relaxed); }
  const char* now() const { return now_.load(std::memory_order_relaxed); }

 private:
  std::atomic<const char*> now_{"start"};
};

/// Names of facts that others look for.
constexpr const char* kAskedFact = "asked";              ///< false: this role does not need it
constexpr const char* kConnectionsFact = "connections";  ///< clients of a database

/// Adds a part to a sentence: "a; b".
inline void add_part(std::string& text, std::string_view part) {
  if (!text.empty()) text += "; ";
  text += part;
}

}  // namespace ha
