#include "notify/kill_silent.h"

#include <fmt/format.h>

namespace ha {

StepOutcome kill_if_silent(const Result<bool>& writable, const ListenPlace& place, const Run& run,
                           Deadline deadline) {
  if (writable) {
    return *writable ? failed("it answers and still takes writes")
                     : unchanged("it answers and takes no writes");
  }
  if (writable.error().kind != ErrorKind::timeout) {
    return unchanged("it is not there: " + writable.error().message);
  }
  if (!run.may_serve)
    return unchanged("it does not answer, and was not promoted since its demotion");
  auto pid = find_server_process(place);
  if (!pid) return failed("it does not answer and cannot be killed: " + pid.error().message);
  if (auto killed = kill_process(*pid, deadline); !killed) return failed(killed.error().message);
  return done(fmt::format("it did not answer: process {} was killed", *pid));
}

}  // namespace ha
