// An advisory lock on a file (flock), released by the kernel with the descriptor: a process that is
// killed leaves nothing behind.
#pragma once
#include <sys/types.h>

#include <string>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/fd.h"

namespace ha {

/// Makes the file with `mode` when it is missing (whatever the umask). ErrorKind::timeout when
/// another holds the lock until the deadline; asks at least once.
Result<Fd> lock_file(const std::string& path, mode_t mode, Deadline deadline);

/// Whether somebody holds the lock. Only looks: it makes no file, and reading it is all that it
/// must be allowed to; whoever takes the lock at this very moment has to try again. False too when
/// the file cannot be read.
bool is_locked(const std::string& path);

}  // namespace ha
