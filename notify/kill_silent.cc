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
  auto pid = find_server_process(place);
  if (!writable && writable.error().kind == ErrorKind::unreachable) {
    if (!pid) return unchanged("it is not there: " + writable.error().message);
    // It may be starting, or ending: not one to kill, nor one that is known to take no writes.
    if (!run.may_serve) return unchanged(writable.error().message);
    return failed(
        fmt::format("process {} listens and cannot be asked: {}", *pid, writable.error().message));
  }
  const std::string what = writable ? "it still takes writes and the lock ends"
                           : writable.error().kind == ErrorKind::timeout
                               ? "it does not answer"
                               : "it lets nobody in: " + writable.error().message;
  if (!run.may_serve) return unchanged(fmt::format("{}, and was not promoted here", what));
  if (!pid) return failed(fmt::format("{} and cannot be killed: {}", what, pid.error().message));
  if (auto killed = kill_process(*pid, deadline); !killed) return failed(killed.error().message);
  return done(fmt::format("{}: process {} was killed", what, *pid));
}

}  // namespace ha
