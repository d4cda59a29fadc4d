// The lock of one run, shared by its lanes. A promotion takes it once for all of them; a demotion
// gives it back once all databases have stopped their writes, while the lanes go on. Thread-safe.
#pragma once
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

#include "notify/lock_hold.h"
#include "notify/plan.h"

namespace ha {

class RunLock {
 public:
  RunLock(const Config& config, const StateDir& dir, const Plan& plan);

  LockHold& hold() { return hold_; }
  /// The executor's word on every step, the ones that were late included.
  void step_ended(const Lane& lane, Step step, bool ok);
  /// Waits until no database of the plan takes writes, or until the deadline; the others' names.
  std::set<std::string> still_writable(Deadline deadline);

 private:
  LockHold hold_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> writable_;  ///< "mysql main": not known to have stopped
};

}  // namespace ha
