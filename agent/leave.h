// The one way out of the process: flush and _exit, without running destructors, because threads
// that were abandoned at a deadline may still use what they would destroy.
#pragma once
#include <unistd.h>

#include <cstdio>

#include "agent/exit_code.h"

namespace ha {

[[noreturn]] inline void leave(ExitCode code) {
  std::fflush(nullptr);
  ::_exit(static_cast<int>(code));
}

}  // namespace ha
