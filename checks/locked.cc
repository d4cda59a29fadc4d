#include "checks/locked.h"

#include "agent/atomic_file.h"
#include "agent/file_lock.h"

namespace ha {

std::optional<Fd> lock_memory(CheckMemory& memory, Deadline deadline) {
  if (auto made = make_dir(memory.path(""), kCheckDirMode); !made) {
    memory.note_trouble(made.error().message);
    return {};
  }
  auto fd = lock_file(memory.path("lock"), kCheckFileMode, deadline);
  if (fd) return std::move(*fd);
  if (fd.error().kind != ErrorKind::timeout) memory.note_trouble(fd.error().message);
  return {};
}

}  // namespace ha
