#include "notify/hook.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>

#include "agent/event.h"
#include "agent/log.h"
#include "agent/role_state.h"
#include "notify/alert.h"
#include "notify/executor.h"
#include "notify/journal.h"
#include "notify/role_lock.h"
#include "notify/tell.h"
#include "notify/texts.h"
#include "notify/transition.h"

namespace ha {
namespace {

constexpr Millis kLockPatience{200};
constexpr Millis kDelivery{20'000};
constexpr std::size_t kKeptEvents = 64;

bool must_stop_writes(State state) {
  return state == State::fault || state == State::stop || state == State::deleted;
}

Event make_event(const Transition& transition) {
  Event event;
  event.hook = ProcessId::self();
  event.instance = transition.instance;
  event.group = transition.group;
  event.state = transition.state;
  event.priority = transition.priority;
  event.at_ms = wall_ms();
  std::tm utc{};
  const std::time_t seconds = event.at_ms / 1000;
  ::gmtime_r(&seconds, &utc);
  event.id = fmt::format("{:%Y%m%dT%H%M%S}.{:03}-{}-{}", utc, event.at_ms % 1000,
                         event.hook.start_ticks, event.hook.pid);
  return event;
}

class Hook {
 public:
  Hook(const Config& config, Event event)
      : config_(config), dir_{config.agent.state_dir}, own_(std::move(event)) {}

  ExitCode run() {
    record();
    log::notice(fmt::format("{} {}{}", own_.instance.empty() ? "-" : own_.instance,
                            to_string(own_.state), own_.group ? " (group)" : ""));
    if (!drives()) {
      tell_of_another_instance();
    } else {
      make_roles_true();
    }
    std::signal(SIGTERM, SIG_DFL);
    deliver_alerts(dir_, config_, Deadline::in(kDelivery), false);
    return failed_ ? ExitCode::no : ExitCode::ok;
  }

 private:
  void record() {
    auto ready = dir_.prepare();
    if (ready) ready = record_event(dir_, own_);
    // A disk that is full must not stop a failover: the event then lives in this process alone.
    if (!ready) log::error("the event could not be recorded: " + ready.error().message);
    recorded_ = ready.has_value();
    journal(dir_, "event",
            {{"event", own_.id},
             {"instance", own_.instance},
             {"state", to_string(own_.state)},
             {"priority", own_.priority}},
            Durability::relaxed);
  }

  struct Look {
    std::vector<Event> events;
    RoleState state;
    std::string instance;
    std::optional<Event> newest;
  };

  Look look() const {
    Look look;
    if (auto events = read_events(dir_)) {
      look.events = std::move(*events);
    } else {
      log::error(events.error().message);
    }
    if (!recorded_) look.events.push_back(own_);
    if (auto state = read_role_state(dir_)) {
      look.state = std::move(*state);
    } else {
      log::error(state.error().message);
    }
    const bool this_boot = look.state.worker.boot_id == own_.hook.boot_id;
    look.instance = driving_instance(look.events, config_.agent.instance,
                                     this_boot ? look.state.instance : std::string());
    look.newest = newest_event(look.events, look.instance);
    return look;
  }

  bool finished(const Look& look) const {
    // On a full disk role.json does not tell what this process has done.
    if (!look.newest || look.newest->id == handled_) return true;
    const RoleState::Work work = look.state.work;
    return look.state.event_id == look.newest->id && work != RoleState::Work::running &&
           work != RoleState::Work::idle;
  }

  bool drives() const { return drives_roles(own_, look().instance); }

  void tell_of_another_instance() {
    Alert alert = alert_about(config_, own_, State::none);
    alert.outcome = Outcome::recorded;
    if (config_.agent.instance.empty()) {
      alert.problems.push_back(say(config_.agent.lang, Text::problem_second_instance,
                                   fmt::arg("other", own_.instance),
                                   fmt::arg("driving", look().instance)));
      log::error(alert.problems.back());
    }
    journal_end(dir_, alert);
    tell(config_, dir_, own_, alert);
  }

  void make_roles_true() {
    // Every state waits a moment: `ack` holds the lock too, and does not act on events.
    auto patience = kLockPatience;
    for (;;) {
      auto lock = RoleLock::acquire(dir_, Deadline::in(patience));
      if (!lock) {
        if (!acted_ && must_stop_writes(own_.state)) stop_writes_without_lock();
        return;
      }
      Look now = look();
      while (!finished(now)) {
        act(now);
        now = look();
      }
      tell_leftovers(config_, dir_);
      if (auto pruned = prune_events(dir_, kKeptEvents); !pruned)
        log::warning(pruned.error().message);
      lock.reset();
      // An event recorded between the last look and the release found the lock held and left.
      if (finished(look())) return;
      patience = Millis{0};
    }
  }

  std::shared_ptr<const Run> make_run(const Event& event, State from, const std::string& instance) {
    auto run = std::make_shared<Run>();
    run->config = config_;
    run->dir = dir_;
    run->event = event;
    run->from = from;
    run->instance = instance;
    return run;
  }

  // The holder of the lock may hang. It finds this event and does the rest.
  void stop_writes_without_lock() {
    log::warning("the lock is held; writes are stopped without it");
    const Look now = look();
    const Plan plan = make_plan(config_, now.state.state, State::stop);
    const Report report =
        execute(plan, make_run(own_, now.state.state, now.instance), open_session);
    failed_ = report.outcome != Outcome::done;
    acted_ = true;
  }

  void act(const Look& now) {
    const Event& event = *now.newest;
    acted_ = true;
    handled_ = event.id;
    const auto begun = SteadyClock::now();
    const bool this_boot = now.state.worker.boot_id == own_.hook.boot_id;
    const State from = this_boot ? now.state.state : State::none;
    RoleState state = now.state;
    state.event_id = event.id;
    state.state = event.state;
    state.work = RoleState::Work::running;
    state.worker = own_.hook;
    state.instance = now.instance;
    save(state, Durability::relaxed);
    journal(dir_, "begin",
            {{"event", event.id},
             {"instance", event.instance},
             {"from", to_string(from)},
             {"to", to_string(event.state)}});

    const Plan plan = make_plan(config_, from, event.state);
    Report report = state.held && plan.promotes()
                        ? refuse_while_held(*state.held)
                        : execute(plan, make_run(event, from, now.instance), open_session);

    Alert alert = alert_about(config_, event, from);
    alert.outcome = report.outcome;
    alert.steps = std::move(report.steps);
    alert.problems = std::move(report.problems);
    // Another process recorded the event a moment ago; its wait belongs to what people waited for.
    const auto worked = std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);
    alert.took = std::max(worked, Millis{wall_ms() - event.at_ms});
    failed_ = report.outcome != Outcome::done;

    settle(state, report, plan.promotes());
    journal_end(dir_, alert);
    tell(config_, dir_, event, alert);
    log::notice(fmt::format("{} -> {}: {} in {} ms", to_string(from), to_string(event.state),
                            to_string(alert.outcome), alert.took.count()));
  }

  void settle(RoleState& state, const Report& report, bool promoted) {
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
    if (promoted) state.refusals = report.refusals;
    if (report.held) state.held = report.held;
    if (promoted && report.outcome == Outcome::done) {
      state.promoted_at_ms = boottime_ms();
      state.promotion_id = state.event_id;
    }
    save(state, Durability::durable);
  }

  Report refuse_while_held(const Held& held) const {
    Report report;
    report.outcome = Outcome::refused;
    const std::string why =
        say(config_.agent.lang, Text::problem_held, fmt::arg("resource", held.resource),
            fmt::arg("step", held.step), fmt::arg("error", held.error));
    report.refusals.push_back({held.resource, "held", why});
    report.problems.push_back(why);
    return report;
  }

  void save(const RoleState& state, Durability durability) {
    if (auto saved = write_role_state(dir_, state, durability); !saved) {
      log::error(saved.error().message);
    }
  }

  const Config& config_;
  StateDir dir_;
  Event own_;
  bool recorded_ = false;
  std::string handled_;  ///< the event this process acted on last
  bool acted_ = false;
  bool failed_ = false;
};

}  // namespace

ExitCode notify_command(const Config& config, const std::vector<std::string>& words) {
  std::signal(SIGTERM, SIG_IGN);
  const auto transition = parse_transition(words);
  if (!transition) {
    log::error(transition.error().message);
    std::fprintf(stderr, "ha-agent: %s\n", transition.error().message.c_str());
    return ExitCode::usage;
  }
  return Hook(config, make_event(*transition)).run();
}

ExitCode ack_command(const Config& config) {
  const StateDir dir{config.agent.state_dir};
  auto lock = RoleLock::acquire(dir, Deadline::in(Millis{2000}));
  if (!lock) {
    std::fprintf(stderr,
                 "ha-agent: ack: a transition is running in %s; try again when it has ended\n",
                 dir.root.c_str());
    return ExitCode::no;
  }
  auto state = read_role_state(dir);
  if (!state) {
    std::fprintf(stderr, "ha-agent: ack: %s\n", state.error().message.c_str());
    return ExitCode::no;
  }
  if (!state->held) {
    std::puts("nothing is held");
    return ExitCode::ok;
  }
  const Held held = *state->held;
  state->held.reset();
  if (auto saved = write_role_state(dir, *state, Durability::durable); !saved) {
    std::fprintf(stderr, "ha-agent: ack: %s\n", saved.error().message.c_str());
    return ExitCode::no;
  }
  journal(dir, "ack",
          {{"event", held.event_id},
           {"resource", held.resource},
           {"step", held.step},
           {"error", held.error}},
          Durability::durable);
  std::printf("no longer held: %s: %s: %s\nthe next check judges anew\n", held.resource.c_str(),
              held.step.c_str(), held.error.c_str());
  return ExitCode::ok;
}

}  // namespace ha
