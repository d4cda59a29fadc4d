#include "notify/roles.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "agent/duration.h"
#include "agent/handover.h"
#include "agent/log.h"
#include "agent/maintenance.h"
#include "agent/texts.h"
#include "notify/crash_point.h"
#include "notify/journal.h"
#include "notify/role_lock.h"
#include "notify/run_lock.h"
#include "notify/tell.h"

namespace ha {
namespace {

// Every check and every step of a transition reads them all; the history lives in the journal.
constexpr std::size_t kKeptEvents = 8;

// Takes what the report says to people; the rest of it stays.
Alert alert_of(const Config& config, const Event& event, State from, Report& report) {
  Alert alert = alert_about(config, event, from);
  alert.outcome = report.outcome;
  alert.steps = std::move(report.steps);
  alert.problems = std::move(report.problems);
  return alert;
}

// Sortable and unique, also for several of one process.
std::string new_id(std::int64_t at_ms, const ProcessId& hook) {
  std::tm utc{};
  const std::time_t seconds = at_ms / 1000;
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:%Y%m%dT%H%M%S}.{:03}-{}-{}", utc, at_ms % 1000, hook.start_ticks, hook.pid);
}

Plan plan_of(const Config& config, const Occasion& occasion, State from, State newest) {
  static const std::vector<Step> following{Step::mysql_follow, Step::redis_follow};
  switch (occasion.kind) {
    case Occasion::Kind::promote_again:
    case Occasion::Kind::restore:
      return make_plan(config, from, State::master);
    case Occasion::Kind::resume:
      return make_plan(config, from, newest);
    case Occasion::Kind::quiesce:
      return only_steps(make_plan(config, from, State::fault, Manner::orderly),
                        {Step::quiesce, Step::redis_fence});
    case Occasion::Kind::fence:
      return without_steps(make_plan(config, from, State::fault), following);
    case Occasion::Kind::kill:
      return only_steps(make_plan(config, from, State::fault), {Step::kill_silent});
    case Occasion::Kind::demote: {
      const State to = newest == State::master ? State::backup : newest;
      return without_steps(make_plan(config, from, to == State::none ? State::backup : to),
                           following);
    }
    case Occasion::Kind::follow:
      return only_steps(make_plan(config, from, State::backup), following);
    case Occasion::Kind::release:
      return only_steps(make_plan(config, from, State::fault), {Step::release_lock});
    case Occasion::Kind::tend:
      return only_steps(make_plan(config, from, State::master), {Step::semi_sync});
  }
  return {};
}

// A part of a promotion that lets no writes in is not held up by what holds up promotions.
bool lifts(const Plan& plan) {
  return std::any_of(plan.lanes.begin(), plan.lanes.end(), [](const Lane& lane) {
    return lane.steps.size() > 1 || lane.kind == LaneKind::unit;
  });
}

}  // namespace

Event make_event(const std::string& instance, bool group, State state, int priority) {
  Event event;
  event.hook = ProcessId::self();
  event.instance = instance;
  event.group = group;
  event.state = state;
  event.priority = priority;
  event.at_ms = wall_ms();
  event.id = new_id(event.at_ms, event.hook);
  return event;
}

Roles::Roles(const Config& config, SilentPeers silent_peers)
    : config_(config), dir_{config.agent.state_dir}, silent_peers_(std::move(silent_peers)) {}

RoleLook Roles::look() const {
  RoleLook look;
  if (auto events = read_events(dir_)) {
    look.events = std::move(*events);
  } else {
    log::error(events.error().message);
  }
  if (unrecorded_ && std::none_of(look.events.begin(), look.events.end(), [&](const Event& event) {
        return event.id == unrecorded_->id;
      })) {
    look.events.push_back(*unrecorded_);
  }
  if (auto state = read_role_state(dir_)) {
    const bool is_newer = unsaved_ && unsaved_->file == *state;
    look.state = is_newer ? unsaved_->state : *state;
  } else {
    log::error(state.error().message);
  }
  look.this_boot = look.state.worker.boot_id == ProcessId::self().boot_id;
  look.instance = driving_instance(look.events, config_.agent.instance,
                                   look.this_boot ? look.state.instance : std::string());
  look.newest = newest_event(look.events, look.instance);
  if (const auto maintenance = read_maintenance(dir_); maintenance && *maintenance) {
    look.maintenance = !(*maintenance)->over(wall_ms());
  } else if (!maintenance) {
    log::error(maintenance.error().message);
  }
  return look;
}

bool Roles::finished(const RoleLook& look) const {
  if (!look.newest) return true;
  const RoleState::Work work = look.state.work;
  const bool of_newest = look.state.event_id == look.newest->id;
  // Also of an event that this process has handled: another one took it up again, and was killed.
  if (of_newest && work == RoleState::Work::running && !look.state.worker.alive()) return false;
  // On a full disk role.json does not tell what this process has done.
  if (look.newest->id == handled_) return true;
  return of_newest && work != RoleState::Work::running && work != RoleState::Work::idle;
}

bool Roles::make_true(Millis patience) {
  for (;;) {
    auto lock = RoleLock::acquire(dir_, Deadline::in(patience));
    if (!lock) return false;
    RoleLook now = look();
    while (!finished(now)) {
      act(now);
      now = look();
    }
    tell_leftovers(config_, dir_);
    if (auto pruned = prune_events(dir_, kKeptEvents); !pruned)
      log::warning(pruned.error().message);
    lock.reset();
    // An event recorded between the last look and the release found the lock held and left.
    if (finished(look())) return true;
    patience = Millis{0};
  }
}

std::shared_ptr<const Run> Roles::make_run(const RoleLook& now, const Plan& plan,
                                           const Event& event, State from) const {
  auto run = std::make_shared<Run>();
  run->config = config_;
  run->dir = dir_;
  run->event = event;
  run->from = from;
  run->instance = now.instance;
  run->forced = now.this_boot && now.state.forced_until_ms > boottime_ms();
  run->may_serve = from == State::master || (now.this_boot && now.state.serving);
  if (silent_peers_) run->silent_peers = silent_peers_();
  if (config_.the_lock() != nullptr) run->lock = std::make_shared<RunLock>(config_, dir_, plan);
  return run;
}

void Roles::stop_writes_without_lock(const Event& event) {
  log::warning("the lock is held; writes are stopped without it");
  const RoleLook now = look();
  const Plan plan = make_plan(config_, now.state.state, State::stop);
  const Report report = execute(plan, make_run(now, plan, event, now.state.state), open_session);
  failed_ = report.outcome != Outcome::done;
  acted_ = true;
}

std::optional<Report> Roles::refusal_before(const RoleLook& now, const Plan& plan) const {
  if (!plan.promotes() || !lifts(plan)) return std::nullopt;
  Report report;
  report.outcome = Outcome::refused;
  if (now.state.held) {
    const Held& held = *now.state.held;
    const std::string why =
        say(config_.agent.lang, Text::problem_held, fmt::arg("resource", held.resource),
            fmt::arg("step", held.step), fmt::arg("error", held.error));
    report.refusals.push_back({held.resource, "held", why});
    report.problems.push_back(why);
    return report;
  }
  const Millis left = cooldown_left(now.state, now.this_boot, config_.agent.min_promote_interval);
  const bool forced = now.this_boot && now.state.forced_until_ms > boottime_ms();
  if (left == Millis{0} || forced) return std::nullopt;
  const std::string seconds = format_duration(Millis{(left.count() / 1000 + 1) * 1000});
  report.refusals.push_back(
      {"all", "cooldown",
       fmt::format("the last promotion was less than min_promote_interval = "
                   "{} ago; another {}",
                   format_duration(config_.agent.min_promote_interval), seconds)});
  report.problems.push_back(
      say(config_.agent.lang, Text::problem_cooldown, fmt::arg("left", seconds)));
  return report;
}

Report Roles::execute_plan(const RoleLook& now, const Plan& plan, const Event& event, State from) {
  auto refusal = refusal_before(now, plan);
  return refusal ? std::move(*refusal)
                 : execute(plan, make_run(now, plan, event, from), open_session);
}

void Roles::finish(const Alert& alert, State from, const Event& event) const {
  journal_end(dir_, alert);
  log::notice(fmt::format("{} -> {}: {} in {} ms", to_string(from), to_string(event.state),
                          to_string(alert.outcome), alert.took.count()));
}

void Roles::act(const RoleLook& now) {
  const Event& event = *now.newest;
  acted_ = true;
  handled_ = event.id;
  const auto begun = SteadyClock::now();
  const State from = now.this_boot ? now.state.state : State::none;
  const bool stops_writes = event.state != State::master && event.state != State::backup;
  if (now.maintenance && !stops_writes) return suspend(now, from);
  RoleState state = now.state;
  state.event_id = event.id;
  state.state = event.state;
  state.work = RoleState::Work::running;
  state.worker = ProcessId::self();
  state.instance = now.instance;
  if (!now.this_boot) state.serving = false;
  save(state, Durability::relaxed);
  journal(dir_, "begin",
          {{"event", event.id},
           {"instance", event.instance},
           {"from", to_string(from)},
           {"to", to_string(event.state)},
           {"version", HA_VERSION}});
  crash_point("begin");

  const auto handover = read_handover(dir_);
  const bool orderly = handover && *handover && (*handover)->alive();
  const Plan plan =
      make_plan(config_, from, event.state, orderly ? Manner::orderly : Manner::sudden);
  Report report = execute_plan(now, plan, event, from);

  Alert alert = alert_of(config_, event, from, report);
  // Another process recorded the event a moment ago; its wait belongs to what people waited for.
  const auto worked = std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);
  alert.took = std::max(worked, Millis{wall_ms() - event.at_ms});
  failed_ = report.outcome != Outcome::done;

  settle(state, report, plan);
  crash_point("settled");
  finish(alert, from, event);
  tell(config_, dir_, event, alert);
  crash_point("told");
}

void Roles::suspend(const RoleLook& now, State from) {
  const Event& event = *now.newest;
  RoleState state = now.state;
  state.event_id = event.id;
  state.state = event.state;
  state.work = RoleState::Work::suspended;
  state.worker = ProcessId::self();
  state.instance = now.instance;
  if (!now.this_boot) state.serving = false;
  Alert alert = alert_about(config_, event, from);
  alert.outcome = Outcome::suspended;
  save(state, Durability::durable);
  finish(alert, from, event);
  tell(config_, dir_, event, alert);
}

std::string mark_of(const RoleState& state) {
  return fmt::format("{} {} {} {} {}", state.event_id, static_cast<int>(state.work),
                     state.worker.start_ticks, state.worker.pid, state.promoted_at_ms);
}

std::optional<Outcome> Roles::act_on(const Occasion& occasion) {
  const auto lock = RoleLock::acquire(dir_, Deadline::in(Millis{0}));
  if (!lock) return std::nullopt;
  const RoleLook now = look();
  if (!finished(now)) return std::nullopt;
  if (!occasion.mark.empty() && occasion.mark != mark_of(now.state)) return std::nullopt;
  const auto begun = SteadyClock::now();
  const State from = now.newest ? now.newest->state : State::none;
  const Plan plan = plan_of(config_, occasion, from, from);
  using Kind = Occasion::Kind;
  const bool settles = occasion.kind == Kind::promote_again || occasion.kind == Kind::restore ||
                       occasion.kind == Kind::resume;
  // Where nothing is to be done that is soon done, and said; what watch saw has nothing to say.
  if (plan.lanes.empty() && !settles && occasion.kind != Kind::quiesce) return std::nullopt;

  // As old as the newest event, so that only a newer one overtakes it; an id of its own.
  Event event = now.newest.value_or(make_event(now.instance, false, plan.to, 0));
  event.state = plan.to;
  event.at_ms = wall_ms();
  event.id = new_id(event.at_ms, ProcessId::self());

  RoleState state = now.state;
  const bool demotes = occasion.kind == Kind::fence || occasion.kind == Kind::demote ||
                       occasion.kind == Kind::quiesce;
  if (settles) state.work = RoleState::Work::running;
  state.worker = ProcessId::self();
  if (occasion.kind == Kind::fence) {
    // Before anything else: killed now, the check must say so all the same.
    state.work = RoleState::Work::fenced;
    state.fenced_why = occasion.why;
  }
  // A demotion does not wait for the disk, which may be what stalls: a power cut ends the boot, and
  // with it what this says.
  if (settles || demotes) save(state, demotes ? Durability::relaxed : Durability::durable);
  journal(dir_, "begin",
          {{"event", event.id},
           {"instance", event.instance},
           {"from", to_string(from)},
           {"to", to_string(event.state)},
           {"why", occasion.why},
           {"version", HA_VERSION}});
  // What was taken away a moment ago is given back whatever min_promote_interval says.
  Report report = occasion.kind == Kind::restore
                      ? execute(plan, make_run(now, plan, event, from), open_session)
                      : execute_plan(now, plan, event, from);

  Alert alert = alert_of(config_, event, from, report);
  alert.problems.insert(alert.problems.begin(), occasion.why);
  alert.took = std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);
  failed_ = report.outcome != Outcome::done;
  if (settles) {
    settle(state, report, plan);
  } else if (demotes) {
    state.serving = state.serving && report.outcome != Outcome::done;
    save(state, Durability::durable);
  }
  finish(alert, from, event);
  if (occasion.quiet) return report.outcome;
  if (auto queued = enqueue_alert(dir_, config_, alert); !queued)
    log::error(queued.error().message);
  return report.outcome;
}

void Roles::settle(RoleState& state, const Report& report, const Plan& plan) {
  switch (report.outcome) {
    case Outcome::refused:
      state.work = RoleState::Work::refused;
      break;
    case Outcome::failed:
      state.work = RoleState::Work::failed;
      break;
    default:
      state.work = RoleState::Work::done;
      break;
  }
  // A refusal outlives the MASTER event: the checks of the STANDBY that follows judge its cause
  // anew.
  if (plan.promotes()) state.refusals = report.refusals;
  if (report.held) state.held = report.held;
  if (plan.promotes()) {
    // Whatever came of it, a part of the servers may take writes now.
    state.serving = true;
  } else if (report.outcome == Outcome::done) {
    state.serving = false;
  }
  if (plan.promotes() && report.outcome == Outcome::done) {
    state.promoted_at_ms = boottime_ms();
    state.promotion_id = state.event_id;
    state.forced_until_ms = 0;
    state.forced_why.clear();
  }
  save(state, Durability::durable);
}

// The file never names an event that is not recorded: others would take the one before it for the
// newest, and act on that.
Status Roles::write_role(const RoleState& state, Durability durability) const {
  if (unrecorded_ && unrecorded_->id == state.event_id) {
    if (auto recorded = record_event(dir_, *unrecorded_); !recorded) return recorded;
  }
  return write_role_state(dir_, state, durability);
}

void Roles::save(const RoleState& state, Durability durability) {
  const auto saved = write_role(state, durability);
  if (saved) {
    unsaved_.reset();
    return;
  }
  log::error(saved.error().message);
  if (const auto file = read_role_state(dir_)) unsaved_ = Unsaved{state, *file};
}

bool Roles::save_late() {
  if (!unsaved_) return true;
  const auto lock = RoleLock::acquire(dir_, Deadline::in(Millis{0}));
  if (!lock) return false;
  const RoleLook now = look();
  const bool outdated = now.newest && now.newest->id != unsaved_->state.event_id;
  if (!outdated && now.state == unsaved_->state) {
    if (!write_role(unsaved_->state, Durability::durable)) return false;
    log::notice("the role is recorded now: " + unsaved_->state.event_id);
  }
  unsaved_.reset();
  return true;
}

}  // namespace ha
