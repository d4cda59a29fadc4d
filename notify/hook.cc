#include "notify/hook.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "agent/event.h"
#include "agent/log.h"
#include "agent/role_state.h"
#include "agent/texts.h"
#include "notify/alert.h"
#include "notify/journal.h"
#include "notify/maintenance_command.h"
#include "notify/role_lock.h"
#include "notify/roles.h"
#include "notify/switchover.h"
#include "notify/tell.h"
#include "notify/transition.h"
#include "notify/unspooled.h"

namespace ha {
namespace {

constexpr Millis kPatience{200};
constexpr Millis kClaimPoll{2};
constexpr Millis kDelivery{20'000};
constexpr Millis kLateRecord{600'000};
constexpr Millis kLatePoll{200};

bool must_stop_writes(State state) {
  return state == State::fault || state == State::stop || state == State::deleted;
}

class Hook {
 public:
  Hook(const Config& config, Event event)
      : config_(config), dir_{config.agent.state_dir}, own_(std::move(event)), roles_(config) {}

  ExitCode run() {
    record();
    tend_maintenance(config_);
    log::notice(fmt::format("{} {}{}", own_.instance.empty() ? "-" : own_.instance,
                            to_string(own_.state), own_.group ? " (group)" : ""));
    if (!drives_roles(own_, roles_.look().instance)) {
      tell_of_another_instance();
    } else if (claimed_by_watch()) {
      return ExitCode::ok;
    } else if (!roles_.make_true(kPatience) && !roles_.acted() && must_stop_writes(own_.state)) {
      // Every state waits a moment: `ack` holds the lock too, and does not act on events.
      roles_.stop_writes_without_lock(own_);
    }
    take_back_handover(config_, roles_);
    std::signal(SIGTERM, SIG_DFL);
    deliver_alerts(dir_, config_, Deadline::in(kDelivery), false);
    // keepalived waits for nobody; whoever typed the word does.
    if (!own_.instance.empty() && (!recorded_ || roles_.unsaved() || unspooled::any(dir_))) {
      record_late();
    }
    return roles_.failed() ? ExitCode::no : ExitCode::ok;
  }

 private:
  void record() {
    auto ready = dir_.prepare();
    if (ready) ready = record_event(dir_, own_);
    // A disk that is full must not stop a failover: the event then lives in this process alone.
    if (!ready) {
      log::error("the event could not be recorded: " + ready.error().message);
      roles_.add_unrecorded(own_);
      recorded_ = false;
    } else if (auto events = read_events(dir_); !events) {
      // One that cannot be read must not hide this one.
      roles_.add_unrecorded(own_);
    }
    journal(dir_, "event",
            {{"event", own_.id},
             {"instance", own_.instance},
             {"state", to_string(own_.state)},
             {"priority", own_.priority}},
            Durability::relaxed);
  }

  // Nobody else knows of this event, and keepalived says it once: a standby would not follow, its
  // check would say no, and no other event would come. So this process stays until the disk takes
  // it, or a newer one, and what is to be told of it.
  void record_late() {
    const Deadline deadline = Deadline::in(kLateRecord);
    for (; !deadline.expired(); std::this_thread::sleep_for(kLatePoll)) {
      const auto events = read_events(dir_);
      const bool outdated =
          events && std::any_of(events->begin(), events->end(), [this](const Event& event) {
            return event.instance == own_.instance && event.hook.boot_id == own_.hook.boot_id &&
                   older(own_, event);
          });
      if (!recorded_ && outdated && unspooled::count(dir_) == 0) return;
      if (!recorded_) {
        if (!record_event(dir_, own_)) continue;
        log::notice("the event is recorded now: " + own_.id);
        recorded_ = true;
        // Before the event is told again: what was delivered needs its marker.
        const bool put = unspooled::put_on_disk(dir_).has_value();
        // What was done may not be on the disk either: done once more, it is.
        roles_.save_late();
        if (!claimed_by_watch()) Roles(config_).make_true(kPatience);
        if (put) return;
      } else if (unspooled::put_on_disk(dir_) && roles_.save_late()) {
        return;
      }
    }
  }

  // A watch that is frozen claims nothing, and then this process acts.
  bool claimed_by_watch() const {
    if (!recorded_ || !watch_runs(dir_)) return false;
    const Deadline deadline = Deadline::in(kPatience);
    do {
      const RoleLook now = roles_.look();
      const bool at_work = now.newest && now.state.event_id == now.newest->id &&
                           now.state.work == RoleState::Work::running && now.state.worker.alive();
      if (at_work || roles_.finished(now)) return true;
      std::this_thread::sleep_for(kClaimPoll);
    } while (!deadline.expired());
    log::warning("watch runs, but has not taken up the event: the hook acts itself");
    return false;
  }

  void tell_of_another_instance() {
    const std::string driving = roles_.look().instance;
    Alert alert = alert_about(config_, own_, State::none);
    alert.outcome = Outcome::recorded;
    if (config_.agent.instance.empty()) {
      alert.problems.push_back(say(config_.agent.lang, Text::problem_second_instance,
                                   fmt::arg("other", own_.instance), fmt::arg("driving", driving)));
      log::error(alert.problems.back());
    }
    journal_end(dir_, alert);
    tell(config_, dir_, own_, alert);
  }

  const Config& config_;
  StateDir dir_;
  Event own_;
  Roles roles_;
  bool recorded_ = true;
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
  return Hook(config, make_event(transition->instance, transition->group, transition->state,
                                 transition->priority))
      .run();
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
