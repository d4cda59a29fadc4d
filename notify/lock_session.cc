// Who has the lock when a promotion wants it? Nobody: it goes on at once. The other node, and its
// server answers: that one is stopped over SQL first (fence-peer), and its watch gives the lock
// back. The other node, and its server is silent: its lease has to end; a node that is alive
// somewhere renews it, and then it is the other one that serves.
#include "notify/lock_session.h"

#include <fmt/format.h>

#include <thread>

#include "agent/lock_times.h"
#include "agent/log.h"
#include "agent/protocol.h"
#include "agent/role_state.h"
#include "notify/role_lock.h"
#include "notify/run_lock.h"

namespace ha {
namespace {

constexpr Millis kPoll{50};
/// A watch that is being restarted.
constexpr Millis kStart{2000};
/// Of one try over all members.
constexpr Millis kTry{2000};
/// A cluster that has just lost its leader elects another within this, with etcd's defaults.
constexpr Millis kElection{4000};

bool went_well(const Result<StepOutcome>& outcome) {
  return outcome && (outcome->kind == StepOutcome::Kind::done ||
                     outcome->kind == StepOutcome::Kind::unchanged);
}

StepOutcome lock_refused(std::string why) {
  return refused(cause_word(Cause::lock), std::move(why));
}

std::string forced_reason(const StateDir& dir) {
  const auto state = read_role_state(dir);
  return state && !state->forced_why.empty() ? state->forced_why : "no reason is recorded";
}

class LockedSession : public Session {
 public:
  LockedSession(std::shared_ptr<Session> inner, std::shared_ptr<const Run> run,
                std::function<bool(Deadline)> peer_answers, std::string resource)
      : inner_(std::move(inner)),
        run_(std::move(run)),
        peer_answers_(std::move(peer_answers)),
        resource_(std::move(resource)) {}

  Result<StepOutcome> apply(Step step, Deadline deadline) override {
    switch (step) {
      case Step::take_lock:
        return take(deadline, true);
      case Step::fence_peer:
        return fence_peer(deadline);
      case Step::judge:
      case Step::lift_read_only:
      case Step::redis_promote:
        if (auto why = hold().missing(); !why.empty()) return lock_refused("the lock: " + why);
        return inner_->apply(step, deadline);
      case Step::look_again:
      case Step::redis_look_again:
        return look_again(step, deadline);
      default:
        return inner_->apply(step, deadline);
    }
  }

 private:
  LockHold& hold() const { return run_->lock->hold(); }

  Result<StepOutcome> fence_peer(Deadline deadline) {
    auto fenced = inner_->apply(Step::fence_peer, deadline);
    // The lock may have been left to its holder, to be fenced first.
    if (!went_well(fenced) || hold().missing().empty()) return fenced;
    StepOutcome taken = take(deadline, false);
    if (!went_well(taken)) return taken;
    fenced->detail += "; " + taken.detail;
    return fenced;
  }

  Result<StepOutcome> look_again(Step step, Deadline deadline) {
    auto outcome = inner_->apply(step, deadline);
    if (!went_well(outcome)) return outcome;
    const std::string why = hold().missing();
    if (why.empty()) return outcome;
    const std::vector<Step> undo = step == Step::redis_look_again
                                       ? std::vector<Step>{Step::redis_fence}
                                       : std::vector<Step>{Step::kill_clients, Step::set_read_only};
    for (const Step each : undo) {
      const auto undone = inner_->apply(each, deadline);
      if (!undone || undone->kind == StepOutcome::Kind::failed) return undone;
    }
    return lock_refused("the lock: " + why + "; the writes are stopped again");
  }

  /// Empty: go on waiting.
  std::optional<StepOutcome> judge(const Taking& taking, const Deadline& election) {
    switch (taking.end) {
      case Taking::End::held:
        return taking.renewed ? unchanged("held already") : done("taken");
      case Taking::End::elsewhere:
        return std::nullopt;
      case Taking::End::no_quorum:
        if (!election.expired()) return std::nullopt;
        return lock_refused(
            fmt::format("no member of etcd answers for a quorum, and without the lock nothing is "
                        "promoted: bring a majority of its members back ({})",
                        taking.why));
      case Taking::End::refused:
        return lock_refused(fmt::format(
            "etcd does not let this node in: mend user, password_file, the certificates or the "
            "permissions of {} ({})",
            hold().config().key, taking.why));
      case Taking::End::failed:
        break;
    }
    return lock_refused("the lock could not be taken: " + taking.why);
  }

  StepOutcome take(Deadline deadline, bool may_leave_it) {
    if (run_->forced) return take_by_force(deadline);
    const Deadline started = Deadline::in(kStart).earlier(deadline);
    while (!watch_runs(run_->dir)) {
      if (!started.expired()) {
        std::this_thread::sleep_for(kPoll);
        continue;
      }
      return lock_refused(
          "`ha-agent watch` does not run here, and nobody else would renew the lock: start it");
    }
    const Deadline until = Deadline::in(lock_wait(hold().config().ttl)).earlier(deadline);
    const Deadline election = Deadline::in(kElection).earlier(until);
    std::string waited_for;
    for (;;) {
      const Taking taking = hold().take({}, Deadline::in(kTry).earlier(deadline));
      if (auto end = judge(taking, election)) {
        if (!waited_for.empty()) end->detail += "; it had to end for " + waited_for + " first";
        return *end;
      }
      if (taking.end == Taking::End::elsewhere) {
        waited_for = taking.why;
        if (may_leave_it && peer_answers()) {
          return unchanged(fmt::format(
              "{} has it, and the peer answers: its writes are stopped first", taking.why));
        }
        if (until.expired()) {
          return lock_refused(
              fmt::format("{} keeps the lock, so it is alive and serves, wherever it is: mend the "
                          "link between the nodes, or stop that one",
                          taking.why));
        }
      }
      if (auto by = run_->overtaken_by(); !by.empty()) return overtaken(by);
      if (auto missing = run_->vip_missing(); !missing.empty()) return refused("vip", missing);
      std::this_thread::sleep_for(kPoll);
    }
  }

  StepOutcome take_by_force(Deadline deadline) {
    const Taking taking = hold().take({}, Deadline::in(kTry).earlier(deadline));
    const std::string reason = forced_reason(run_->dir);
    if (taking.end == Taking::End::held) {
      // Nobody renews it without watch; the operator's word has to last longer.
      if (!watch_runs(run_->dir)) static_cast<void>(hold().force(reason));
      return done("taken");
    }
    if (auto written = hold().force(reason); !written) return failed(written.error().message);
    StepOutcome outcome = done(fmt::format("not taken ({}{}), and passed over by force: {}",
                                           taking.end == Taking::End::elsewhere ? "holder: " : "",
                                           taking.why, reason));
    outcome.remark = "the lock is " + outcome.detail;
    return outcome;
  }

  bool peer_answers() const {
    return peer_answers_ && peer_answers_(Deadline::in(run_->peer_patience(resource_)));
  }

  std::shared_ptr<Session> inner_;
  std::shared_ptr<const Run> run_;
  std::function<bool(Deadline)> peer_answers_;
  std::string resource_;
};

class LockSession : public Session {
 public:
  explicit LockSession(std::shared_ptr<const Run> run) : run_(std::move(run)) {}

  Result<StepOutcome> apply(Step step, Deadline deadline) override {
    if (step != Step::release_lock) return failed("not a step of the lock");
    // etcd gets the last fifth; the databases' steps are bounded by less than the rest.
    const Deadline demoted = Deadline::in(deadline.remaining() * 4 / 5);
    const auto writable = run_->lock->still_writable(demoted);
    if (!writable.empty()) {
      std::string names;
      for (const std::string& name : writable) names += (names.empty() ? "" : ", ") + name;
      StepOutcome kept = unchanged("kept, because it may still take writes: " + names);
      kept.remark = "the lock is " + kept.detail;
      return kept;
    }
    auto back = run_->lock->hold().give_back(deadline);
    if (!back) return failed(back.error().message);
    return *back == "it was not held" ? unchanged(*back) : done(*back);
  }

 private:
  std::shared_ptr<const Run> run_;
};

}  // namespace

std::shared_ptr<Session> lock_around(std::shared_ptr<Session> inner, std::shared_ptr<const Run> run,
                                     std::function<bool(Deadline)> peer_answers,
                                     std::string resource) {
  return std::make_shared<LockedSession>(std::move(inner), std::move(run), std::move(peer_answers),
                                         std::move(resource));
}

std::shared_ptr<Session> open_lock_session(std::shared_ptr<const Run> run) {
  return std::make_shared<LockSession>(std::move(run));
}

}  // namespace ha
