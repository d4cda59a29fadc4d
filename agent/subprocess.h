// Runs a program without a shell and within a deadline; stdin is /dev/null, stdout is returned,
// stderr is kept for the error text. A program that is late is killed (SIGKILL) and reaped.
// Thread-safe.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "agent/deadline.h"
#include "agent/error.h"

namespace ha {

constexpr std::size_t kMaxOutput = 64U << 10U;

struct Ran {
  int exit_code = 0;  ///< 128 + signal when it was ended by one
  std::string out;    ///< at most kMaxOutput, the rest is dropped
  std::string err;
};

/// `argv[0]` is an absolute path. ErrorKind::timeout when the deadline passed or `cancelled` (asked
/// every 50 ms) said so; ErrorKind::other when the program could not be started.
Result<Ran> run_program(const std::vector<std::string>& argv, Deadline deadline,
                        const std::function<bool()>& cancelled = {});

}  // namespace ha
