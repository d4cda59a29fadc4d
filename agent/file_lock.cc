#include "agent/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <thread>

#include "agent/system_error.h"

namespace ha {

Result<Fd> lock_file(const std::string& path, mode_t mode, Deadline deadline) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) return fail_errno("cannot open", path);
  // keepalived's umask of 0177 would keep the group out; only the owner can mend that.
  struct stat st {};
  if (::fstat(fd.get(), &st) == 0 && st.st_uid == ::geteuid() && (st.st_mode & 07777U) != mode) {
    static_cast<void>(::fchmod(fd.get(), mode));
  }
  // flock() has no timed form; waits are short.
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return fail_errno("cannot lock", path);
    if (deadline.expired()) {
      return fail(fmt::format("{} is locked by another process", path), ErrorKind::timeout);
    }
    std::this_thread::sleep_for(std::chrono::microseconds{500});
  }
  return fd;
}

bool is_locked(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return fd && ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace ha
