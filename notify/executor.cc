#include "notify/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <thread>

#include "agent/bounded.h"
#include "agent/lock_times.h"
#include "agent/log.h"
#include "agent/texts.h"
#include "notify/crash_point.h"
#include "notify/journal.h"
#include "notify/mysql_peer.h"
#include "notify/run_lock.h"

namespace ha {
namespace {

using Kind_ = StepOutcome::Kind;

// keepalived leaves a STOP hook about one second before it kills it (keepalived 2.2.7, measured),
// and the three safety steps have to fit into that together with the start of this process.
constexpr Millis kStopStep{250};
constexpr Millis kDemoteStep{3000};
constexpr Millis kPromoteStep{5000};
// The wait for the new primary, then a copy of binary logs, which ends when a newer event comes.
constexpr Millis kMysqlFollow{60'000};
// The same, and a save of the whole dataset with a copy of it.
constexpr Millis kRedisFollow{300'000};
constexpr Millis kUnitStop{90'000};  // systemd's own default for a stopping unit
constexpr Millis kRevoke{1000};
constexpr Millis kOverrun{2000};  // beyond the drain's own limit, so that it can refuse by itself

struct LaneReport {
  std::vector<AlertStep> steps;
  StepOutcome last;
  Step step{};
  std::vector<std::string> remarks;
  bool any_failed = false;
};

StepOutcome outcome_of_error(const Error& error, bool promotes) {
  const bool answered = error.kind == ErrorKind::answered || error.kind == ErrorKind::other;
  if (promotes && !answered) return refused("server", error.message);
  return failed(error.message);
}

StepOutcome apply_bounded(const std::shared_ptr<Session>& session, Step step, Millis bound,
                          bool promotes) {
  const Deadline deadline = Deadline::in(bound);
  auto outcome =
      run_bounded(deadline, [session, step, deadline] { return session->apply(step, deadline); });
  if (!outcome) {
    const std::string silent = fmt::format("no answer within {} ms", bound.count());
    return promotes ? refused("server", silent) : failed(silent);
  }
  if (!*outcome) return outcome_of_error(outcome->error(), promotes);
  return **outcome;
}

void journal_step(const Run& run, const AlertStep& step, SteadyClock::duration took) {
  const auto tenths =
      std::chrono::duration_cast<std::chrono::duration<std::int64_t, std::ratio<1, 10'000>>>(took);
  journal(run.dir, "step",
          {{"event", run.event.id},
           {"resource", step.resource},
           {"step", step.step},
           {"ok", step.ok},
           {"took_ms", static_cast<double>(tenths.count()) / 10.0},
           {"detail", step.detail}});
}

// False when the run was overtaken while it waited.
bool wait_to_retry(const Run& run, Millis delay) {
  const Deadline until = Deadline::in(delay);
  while (!until.expired()) {
    if (!run.overtaken_by().empty()) return false;
    std::this_thread::sleep_for(std::min(until.remaining() + Millis{1}, Millis{50}));
  }
  return true;
}

class LaneRunner {
 public:
  LaneRunner(const Lane& lane, const Plan& plan, std::shared_ptr<const Run> run,
             const OpenSession& open)
      : lane_(lane), plan_(plan), run_(std::move(run)), open_(open) {}

  LaneReport operator()() {
    session_ = open_(lane_, run_);
    for (const Step step : lane_.steps) {
      report_.step = step;
      if (!apply_with_retries(step)) break;
    }
    return std::move(report_);
  }

 private:
  // True when the next step may begin.
  bool apply_with_retries(Step step) {
    const int tries = plan_.promotes() ? run_->config.agent.promote_retries : 1;
    for (int attempt = 1;; ++attempt) {
      apply(step);
      const Kind_ kind = report_.last.kind;
      if (kind == Kind_::done || kind == Kind_::unchanged) return true;
      // A step that was overtaken or refused is over; so is a demotion, whose steps each do what
      // they can.
      if (kind != Kind_::failed) return false;
      // The old session may still be in use by a step that was abandoned.
      session_ = open_(lane_, run_);
      if (!plan_.promotes()) return true;
      if (attempt >= tries) return false;
      if (!wait_to_retry(*run_, run_->config.agent.retry_delay)) {
        report_.last = overtaken(run_->overtaken_by());
        return false;
      }
    }
  }

  void apply(Step step) {
    const auto begun = SteadyClock::now();
    if (auto by = plan_.promotes() ? run_->overtaken_by() : std::string(); !by.empty()) {
      report_.last = overtaken(by);
    } else {
      report_.last = apply_bounded(session_, step, bound_of(step, lane_, plan_.to, run_->config),
                                   plan_.promotes());
    }
    const auto took = SteadyClock::now() - begun;
    const Kind_ kind = report_.last.kind;
    report_.steps.push_back({lane_.resource, std::string(word_of(step)),
                             kind == Kind_::done || kind == Kind_::unchanged,
                             std::chrono::duration_cast<Millis>(took), report_.last.detail});
    if (!report_.last.remark.empty()) report_.remarks.push_back(report_.last.remark);
    journal_step(*run_, report_.steps.back(), took);
    if (run_->lock) run_->lock->step_ended(lane_, step, report_.steps.back().ok);
    crash_point(lane_.resource + "/" + std::string(word_of(step)));
    // A process that is dead takes no writes, whatever it did not answer before.
    if (step == Step::kill_silent && kind == Kind_::done) report_.any_failed = false;
    if (!report_.steps.back().ok) {
      report_.any_failed = true;
      log::warning(fmt::format("{}: {}: {}", lane_.resource, word_of(step), report_.last.detail));
    }
  }

  const Lane& lane_;
  const Plan& plan_;
  std::shared_ptr<const Run> run_;
  const OpenSession& open_;
  std::shared_ptr<Session> session_;
  LaneReport report_;
};

// What an operator can do about a refusal, and how it is forced where force can do anything.
std::string remedy_of(const std::string& cause, Lang lang) {
  struct Row {
    std::string_view cause;
    Text text;
    bool force;
  };
  static constexpr std::array kRows{
      Row{"server", Text::remedy_server, false},    Row{"applier", Text::remedy_applier, true},
      Row{"drain", Text::remedy_drain, true},       Row{"lag", Text::remedy_drain, true},
      Row{"peer", Text::remedy_peer, true},         Row{"diverged", Text::remedy_diverged, true},
      Row{"refusing", Text::remedy_refusing, true}, Row{"witness", Text::remedy_witness, true},
      Row{"stale", Text::remedy_stale, true},       Row{"busy", Text::remedy_busy, false},
      Row{"lock", Text::remedy_lock, true},         Row{"vip", Text::remedy_vip, false}};
  for (const Row& row : kRows) {
    if (row.cause != cause) continue;
    std::string remedy = say(lang, row.text);
    return row.force ? say(lang, Text::remedy_force, fmt::arg("remedy", remedy)) : remedy;
  }
  return {};
}

// One lane's end becomes part of the whole: the gravest outcome wins.
void merge(Report& report, const Plan& plan, const Run& run, const Lane& lane,
           LaneReport& done_lane) {
  for (AlertStep& step : done_lane.steps) report.steps.push_back(std::move(step));
  for (const std::string& remark : done_lane.remarks) {
    report.problems.push_back(fmt::format("{}: {}", lane.resource, remark));
  }
  const StepOutcome& last = done_lane.last;
  const auto worse = [&](Outcome outcome) {
    // In the order of the enumeration: done, refused, failed, overtaken.
    if (outcome > report.outcome) report.outcome = outcome;
  };
  if (last.kind == Kind_::overtaken) {
    worse(Outcome::overtaken);
    return;
  }
  if (last.kind == Kind_::refused) {
    worse(Outcome::refused);
    report.refusals.push_back({lane.resource, last.cause, last.detail});
    report.problems.push_back(problem_of(report.steps.back()));
    std::string remedy = remedy_of(last.cause, run.config.agent.lang);
    if (!remedy.empty()) {
      report.problems.push_back(fmt::format("{}: {}", lane.resource, remedy));
    }
    return;
  }
  if (!done_lane.any_failed || (plan.promotes() && last.kind != Kind_::failed)) return;
  worse(Outcome::failed);
  if (plan.promotes()) {
    report.problems.push_back(problem_of(report.steps.back()));
    report.held = Held{lane.resource, std::string(word_of(done_lane.step)), last.detail,
                       run.event.id, wall_ms()};
    return;
  }
  for (const AlertStep& step : report.steps) {
    if (step.resource == lane.resource && !step.ok) report.problems.push_back(problem_of(step));
  }
}

// A server that answers nothing has to be dead before isolation_timeout is over (rule 4).
Millis demote_step(const Config& config) {
  constexpr int kSteps = 4;
  const Millis step = std::clamp(config.agent.isolation_timeout / kSteps, kStopStep, kDemoteStep);
  const LockConfig* const lock = config.the_lock();
  return lock == nullptr ? step : std::min(step, demotion_step(lock->ttl));
}

// A lock that the other node has must have ended, or have been given back by a peer that was
// fenced.
Millis lock_bound(const Config& config) {
  const LockConfig* const lock = config.the_lock();
  return lock == nullptr ? Millis{0} : lock_wait(lock->ttl) + 2 * kOverrun;
}

}  // namespace

Millis bound_of(Step step, const Lane& lane, State to, const Config& config) {
  const bool stopping = to == State::stop || to == State::deleted;
  switch (step) {
    case Step::drain:
      return config.mysql[lane.index].drain_timeout + kOverrun;
    case Step::unit_start:
    case Step::unit_restart:
      return config.agent.start_timeout;
    case Step::unit_stop:
      return stopping ? kStopStep : kUnitStop;
    case Step::redis_follow:
      return kRedisFollow;
    case Step::mysql_follow:
      return kMysqlFollow;
    case Step::await_self_fence:
      return config.agent.isolation_timeout + config.agent.check_reaction + 2 * kOverrun +
             2 * kPeerStatement;
    case Step::take_lock:
      return lock_bound(config);
    case Step::release_lock:
      // Most of it is for the databases' steps, which it waits for.
      return stopping ? 3 * kStopStep : 5 * demote_step(config) + kRevoke;
    case Step::fence_peer:
      return lock_bound(config) + (lane.kind == LaneKind::redis
                                       ? 2 * kPromoteStep
                                       : config.mysql[lane.index].drain_timeout + kOverrun);
    case Step::quiesce:
    case Step::kill_clients:
    case Step::set_read_only:
    case Step::redis_fence:
    case Step::kill_silent:
      return stopping ? kStopStep : demote_step(config);
    default:
      return kPromoteStep;
  }
}

Report execute(const Plan& plan, const std::shared_ptr<const Run>& run, const OpenSession& open) {
  std::vector<LaneReport> reports(plan.lanes.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < plan.lanes.size(); ++i) {
      threads.emplace_back([&, i] { reports[i] = LaneRunner(plan.lanes[i], plan, run, open)(); });
    }
  }
  Report report;
  for (std::size_t i = 0; i < plan.lanes.size(); ++i) {
    merge(report, plan, *run, plan.lanes[i], reports[i]);
  }
  return report;
}

}  // namespace ha
