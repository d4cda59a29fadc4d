#include "notify/kill_silent.h"

#include <fmt/format.h>

#include "notify/run_lock.h"

namespace ha {
namespace {

/// Whoever has the lock next may be writing in a moment, whatever this server answers.
bool lock_ends(const Run& run) {
  const LockConfig* const lock = run.config.the_lock();
  return lock != nullptr && run.lock && lock->on_lock_lost == OnLockLost::fence &&
         !run.lock->hold().missing().empty();
}

}  // namespace

StepOutcome kill_if_silent(const Result<bool>& writable, const ListenPlace& place, const Run& run,
                           Deadline deadline) {
  if (writable && !*writable) return unchanged("it answers and takes no writes");
  if (writable && !lock_ends(run)) return failed("it answers and still takes writes");
  if (!writable && writable.error().kind != ErrorKind::timeout) {
    return unchanged("it is not there: " + writable.error().message);
  }
  const char* const what =
      writable ? "it still takes writes and the lock ends" : "it does not answer";
  if (!run.may_serve) return unchanged(fmt::format("{}, and was not promoted here", what));
  auto pid = find_server_process(place);
  if (!pid) return failed(fmt::format("{} and cannot be killed: {}", what, pid.error().message));
  if (auto killed = kill_process(*pid, deadline); !killed) return failed(killed.error().message);
  return done(fmt::format("{}: process {} was killed", what, *pid));
}

}  // namespace ha
