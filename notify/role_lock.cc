#include "notify/role_lock.h"

#include "agent/atomic_file.h"
#include "agent/file_lock.h"
#include "agent/log.h"

namespace ha {

std::optional<RoleLock> RoleLock::acquire(const StateDir& dir, Deadline deadline) {
  auto fd = lock_file(dir.lock(), kStateFileMode, deadline);
  if (fd) return RoleLock(std::move(*fd));
  if (fd.error().kind != ErrorKind::timeout) log::error(fd.error().message);
  return std::nullopt;
}

std::optional<Fd> acquire_watch_lock(const StateDir& dir) {
  // Who looks holds it for an instant.
  constexpr Millis kPatience{500};
  auto fd = lock_file(dir.watch_lock(), kStateFileMode, Deadline::in(kPatience));
  if (fd) return std::move(*fd);
  if (fd.error().kind != ErrorKind::timeout) log::error(fd.error().message);
  return std::nullopt;
}

bool watch_runs(const StateDir& dir) {
  return is_locked(dir.watch_lock());
}

}  // namespace ha
