// The lock that whoever changes roles holds: flock on state_dir/lock, released by the kernel with
// the process, so that a killed hook leaves nothing behind. Move-only.
#pragma once
#include <optional>

#include "agent/deadline.h"
#include "agent/fd.h"
#include "agent/state_dir.h"

namespace ha {

class RoleLock {
 public:
  /// nullopt when another process holds it until the deadline (or it cannot be opened, which is
  /// logged). Asks at least once.
  static std::optional<RoleLock> acquire(const StateDir& dir, Deadline deadline);

 private:
  explicit RoleLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

/// Held by `watch` as long as it runs, so that a hook knows whether somebody will claim its event.
/// nullopt: another watch holds it.
std::optional<Fd> acquire_watch_lock(const StateDir& dir);
bool watch_runs(const StateDir& dir);

}  // namespace ha
