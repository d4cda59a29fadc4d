// Rule 2 of the role protocol: with witnesses, a peer that is silent may be isolated and gets the
// time to stop its writes before anything here is lifted. The same for every kind of database.
#pragma once
#include <functional>

#include "agent/deadline.h"
#include "agent/error.h"
#include "notify/session.h"

namespace ha {

/// How long a promotion waits for a peer that lets nobody in: where it has left MASTER, its own
/// node ends such a server, which then is silent; one that stays may take writes.
constexpr Millis kRefusingPatience{5000};
/// Each question is a login that is refused.
constexpr Millis kRefusingPoll{100};

/// How long a promotion waits for a peer that does not answer; 0: it does not.
Millis silent_peer_wait(const Config& config);

/// Waits until rule 2's time is over or the peer answers. `answers` asks it, with the patience that
/// it has itself. `unchanged`: it answers; `done`: it was silent throughout; else refused or
/// overtaken.
StepOutcome wait_for_self_fence(const Run& run, const std::function<bool()>& answers,
                                Deadline deadline);

/// The wait is over without the peer's having answered.
inline bool waited_out(const StepOutcome& outcome) {
  return outcome.kind == StepOutcome::Kind::done;
}
/// Neither over nor answered: the promotion ends with this outcome.
inline bool ends_promotion(const StepOutcome& outcome) {
  return outcome.kind == StepOutcome::Kind::refused || outcome.kind == StepOutcome::Kind::overtaken;
}

}  // namespace ha
