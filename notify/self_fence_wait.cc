#include "notify/self_fence_wait.h"

#include <fmt/format.h>

#include <thread>

#include "agent/protocol.h"
#include "notify/witnesses.h"

namespace ha {
namespace {

constexpr Millis kPoll{20};

}  // namespace

Millis silent_peer_wait(const Config& config) {
  WitnessView witness;
  witness.configured = !config.witness.empty();
  PeerView silent;
  silent.answer = PeerView::Answer::silent;
  LockView lock;
  lock.configured = config.the_lock() != nullptr;
  return wait_before_promotion(witness, silent, config.agent, lock);
}

StepOutcome wait_for_self_fence(const Run& run, const std::function<bool()>& answers,
                                Deadline deadline) {
  if (answers()) return unchanged("the peer answers");
  // From now on, not from the event: the peer may have answered until a moment ago. And while this
  // node is the isolated one, a wait says nothing about the peer.
  const Millis wait = silent_peer_wait(run.config);
  const Deadline until = Deadline::in(wait);
  if (!run.config.witness.empty() && !run.forced) {
    const WitnessView view = ask_witnesses(run.config);
    if (!view.quorum) {
      return refused(cause_word(Cause::witness),
                     "neither the peer nor a quorum of witnesses answers: " + view.why);
    }
  }
  for (;;) {
    if (answers()) return unchanged("the peer answers");
    if (until.expired()) break;
    if (deadline.expired()) return refused(cause_word(Cause::peer), "the peer fell silent");
    if (auto by = run.overtaken_by(); !by.empty()) return overtaken(by);
    if (auto missing = run.vip_missing(); !missing.empty()) return refused("vip", missing);
    std::this_thread::sleep_for(kPoll);
  }
  return done(fmt::format(
      "the peer was silent for {} ms, in which an isolated one stops its writes", wait.count()));
}

}  // namespace ha
