#include "notify/role_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "agent/atomic_file.h"
#include "agent/log.h"

namespace ha {

std::optional<RoleLock> RoleLock::acquire(const StateDir& dir, Deadline deadline) {
  Fd fd(::open(dir.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) {
    log::error(
        fmt::format("cannot open {}: {}", dir.lock(), std::generic_category().message(errno)));
    return std::nullopt;
  }
  ::fchmod(fd.get(), kStateFileMode);
  // flock() has no timed form; the wait is 200 ms at most and ends with the deadline.
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (deadline.expired()) return std::nullopt;
    std::this_thread::sleep_for(Millis{2});
  }
  return RoleLock(std::move(fd));
}

}  // namespace ha
