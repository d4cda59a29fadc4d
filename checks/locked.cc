#include "checks/locked.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <thread>

#include "agent/atomic_file.h"
#include "agent/system_error.h"

namespace ha {

std::optional<Fd> lock_memory(CheckMemory& memory, Deadline deadline) {
  const std::string path = memory.path("lock");
  if (auto made = make_dir(memory.path(""), kCheckDirMode); !made) {
    memory.note_trouble(made.error().message);
    return {};
  }
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kCheckFileMode));
  if (!fd) {
    memory.note_trouble(fail_errno("cannot open", path).value().message);
    return {};
  }
  // keepalived's umask of 0177 would keep the group out; only the owner can mend that.
  struct stat st {};
  if (::fstat(fd.get(), &st) == 0 && st.st_uid == ::geteuid() &&
      (st.st_mode & 07777U) != kCheckFileMode) {
    static_cast<void>(::fchmod(fd.get(), kCheckFileMode));
  }
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      memory.note_trouble(fail_errno("cannot lock", path).value().message);
      return {};
    }
    if (deadline.expired()) return {};
    std::this_thread::sleep_for(std::chrono::microseconds{200});
  }
  return fd;
}

}  // namespace ha
