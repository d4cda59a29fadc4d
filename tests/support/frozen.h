// SIGSTOP takes effect thread by thread; a test that goes on too early meets a server that still
// answers.
#pragma once
#include <signal.h>
#include <sys/types.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "tests/support/child.h"
#include "tests/support/wait.h"

namespace ha::test {

/// Stops the process and waits until every thread of it stands.
inline void freeze(pid_t pid) {
  ::kill(pid, SIGSTOP);
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  const bool stands = wait_for([&] {
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
      const std::string stat = read_text(task.path().string() + "/stat");
      const auto name_end = stat.rfind(')');
      if (name_end == std::string::npos || stat.compare(name_end + 2, 1, "T") != 0) return false;
    }
    return true;
  });
  if (!stands) throw std::runtime_error("process " + std::to_string(pid) + " does not stop");
}

}  // namespace ha::test
