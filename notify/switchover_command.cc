// Design. The peer is promoted by its own MASTER event, as ever: it asks this node's servers over
// SQL, waits until it holds all that they hold, and only then lifts read_only. So this side has to
// do three things: see beforehand that the peer can, let keepalived move the VIP, and stop the
// writes in order (commits under way are acknowledged; nothing is killed in the midst). With a
// yield_file the writes stop right before the VIP is given away, which is the same moment for a
// client; without one the check says 1, the VIP moves seconds later, and the writes stop at the
// FAULT event. Until the record (agent/handover.h) is removed, the check says 1 and watch leaves
// this node's databases alone. Whatever goes wrong: the yield is taken back, and a node that is
// still MASTER serves again; otherwise keepalived's next MASTER does. Killed, the record is found
// by whoever comes by.
#include "notify/switchover_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "agent/ask_peer.h"
#include "agent/clock.h"
#include "agent/handover.h"
#include "agent/log.h"
#include "agent/stop_signal.h"
#include "agent/texts.h"
#include "notify/announce.h"
#include "notify/crash_point.h"
#include "notify/journal.h"
#include "notify/operator.h"
#include "notify/role_lock.h"
#include "notify/switchover.h"
#include "notify/yield.h"

namespace ha {
namespace {

constexpr Millis kPoll{10};
constexpr Millis kSlowPoll{200};
constexpr Millis kAnswer{1000};
/// For a transition that is about to end.
constexpr Millis kLockPatience{5000};
/// keepalived's inotify is at once; this is for a keepalived.conf without the track_file.
constexpr Millis kYieldNoticed{3000};
/// What follows the success, and what follows an abort: both are only looked at.
constexpr Millis kAfterwards{30'000};
constexpr Millis kDelivery{20'000};

double seconds(SteadyClock::duration took) {
  return std::chrono::duration<double>(took).count();
}

/// One database, and since when clients can write to it on the other side.
struct Moving {
  std::string resource;
  std::function<std::optional<bool>()> writable_here;  ///< nullopt: it does not say
  std::function<bool()> serves_there;
  std::optional<SteadyClock::time_point> serves_since;
};

std::optional<bool> said_by(const Result<bool>& answer) {
  return answer ? std::optional(*answer) : std::nullopt;
}

template <class Endpoint>
Endpoint at_host(Endpoint endpoint, const std::string& host) {
  endpoint.socket.clear();
  endpoint.host = host;
  return endpoint;
}

/// Asked where clients come: through the VIP. What lets nobody in there (the account, the name in
/// its certificate) is asked at the peer's own address.
template <class Endpoint, class Ask>
bool asks_writable(const Endpoint& peer, const std::string& vip, const Ask& ask) {
  auto answer = ask(at_host(peer, vip));
  if (!answer && answer_of(answer.error()) == Answer::refusing) answer = ask(peer);
  return answer && *answer;
}

class Switchover {
 public:
  Switchover(const Config& config, const SwitchoverRequest& request)
      : config_(config),
        request_(request),
        dir_{config.agent.state_dir},
        roles_(config),
        deadline_(Deadline::in(request.timeout)) {}

  ExitCode run() {
    if (!ready()) return ExitCode::no;
    if (request_.dry_run) {
      std::puts("it could be done now; nothing was changed");
      return ExitCode::ok;
    }
    if (!begin()) return ExitCode::no;
    const std::string why = hand_over();
    if (!why.empty()) {
      give_up(why);
      finish(why);
      return ExitCode::no;
    }
    release();
    finish({});
    look_after();
    if (moving_.empty()) {
      std::puts("the VIP was given away; no database has moved with it");
    } else {
      std::printf("outage for a writing client: %.2f s%s\n", seconds(outage()), parts().c_str());
    }
    return ExitCode::ok;
  }

 private:
  void say_step(const std::string& text) const {
    std::printf("%7.2f s  %s\n", seconds(SteadyClock::now() - begun_), text.c_str());
    std::fflush(stdout);
    log::notice("switchover: " + text);
  }

  /// Empty: go on.
  std::string stop_reason() const {
    if (stop_wanted()) return "interrupted";
    if (deadline_.expired()) {
      return fmt::format("not done within {:.0f} s",
                         std::chrono::duration<double>(request_.timeout).count());
    }
    return {};
  }

  /// Prints what holds; waits for what may come.
  bool ready() const {
    std::string said;
    for (;;) {
      const auto conditions =
          switchover_conditions(gather_role(config_), config_, ask_successors(config_, kAnswer),
                                ask_lock(config_, dir_, Deadline::in(kAnswer)));
      bool all = true;
      bool hopeless = false;
      std::string text;
      for (const Condition& condition : conditions) {
        text += fmt::format("{}  {}\n",
                            condition.holds      ? "ok  "
                            : condition.may_come ? "wait"
                                                 : "no  ",
                            condition.text);
        all = all && condition.holds;
        hopeless = hopeless || (!condition.holds && !condition.may_come);
      }
      const std::string stop = stop_reason();
      const bool last = all || hopeless || request_.dry_run || !stop.empty();
      if (said.empty() || (last && said != text)) std::fputs(text.c_str(), stdout);
      std::fflush(stdout);
      said = text;
      if (all) return true;
      if (last) {
        std::printf("not done%s: nothing was changed\n", stop.empty() ? "" : (", " + stop).c_str());
        return false;
      }
      std::this_thread::sleep_for(kSlowPoll);
    }
  }

  bool begin() {
    const auto lock = RoleLock::acquire(dir_, Deadline::in(kLockPatience));
    if (!lock) {
      std::puts("not done: a transition is running; nothing was changed");
      return false;
    }
    // Another one may have begun since the look; each begins with the lock held.
    const RoleGathered role = gather_role(config_);
    if (role.handover && role.handover->alive()) {
      std::puts("not done: another switchover has begun; nothing was changed");
      return false;
    }
    if (!is_master(role.view)) {
      std::puts("not done: this node is MASTER no more; nothing was changed");
      return false;
    }
    handover_ = {ProcessId::self(), request_.reason, operator_name(), wall_ms()};
    if (auto written = write_handover(dir_, handover_); !written) {
      std::printf("not done: %s\n", written.error().message.c_str());
      return false;
    }
    tell("begun", {}, Subject::switchover_begun, Outcome::done);
    say_step("begun; this node's check says no until the peer serves");
    crash_point("switchover/begun");
    return true;
  }

  /// Empty when the peer serves, else why not.
  std::string hand_over() {
    make_moving();
    if (can_yield(config_)) {
      if (auto why = quiesce(); !why.empty()) return why;
      crash_point("switchover/quiesced");
      if (auto set = set_yield(config_, true); !set) return set.error().message;
      say_step("the VIP is given away (" + config_.agent.yield_file + " is 1)");
      crash_point("switchover/yielded");
    }
    if (auto why = wait_until_left(); !why.empty()) return why;
    crash_point("switchover/left");
    return wait_until_served();
  }

  std::string quiesce() {
    stopped_ = SteadyClock::now();
    const auto outcome = roles_.act_on(
        {Occasion::Kind::quiesce, "a switchover stops the writes here: " + request_.reason, true});
    roles_.make_true(Millis{0});
    if (!outcome) return "another process works on the roles";
    for (const Moving& each : moving_) {
      const std::optional<bool> writable = each.writable_here();
      if (!writable) return each.resource + " does not answer here";
      if (*writable) {
        return each.resource +
               " still takes writes: something long is running there; try again "
               "when it has ended";
      }
    }
    if (!moving_.empty()) say_step("writes have stopped here, in order");
    return {};
  }

  /// keepalived says no longer MASTER; without a yield_file the writes stop only then.
  std::string wait_until_left() {
    const Deadline noticed = can_yield(config_) ? Deadline::in(kYieldNoticed) : deadline_;
    for (;;) {
      const RoleGathered role = gather_role(config_);
      const bool told = role.view.newest != State::master;
      // Without a yield_file the FAULT event is what stops the writes.
      if (told && !stopped_) stopped_ = SteadyClock::now();
      if (told && !role.view.vip_here) break;
      if (auto why = stop_reason(); !why.empty()) return why;
      if (noticed.expired()) {
        return "keepalived did not react: is " + config_.agent.yield_file +
               " a weight-0 track_file of its vrrp_instance?";
      }
      std::this_thread::sleep_for(kPoll);
    }
    say_step("the VIP has left this node");
    return {};
  }

  std::string wait_until_served() {
    for (;;) {
      bool all = true;
      for (Moving& each : moving_) {
        if (!each.serves_since && each.serves_there()) {
          each.serves_since = SteadyClock::now();
          say_step(each.resource + " takes writes on the peer");
        }
        all = all && each.serves_since.has_value();
      }
      if (all) return {};
      if (auto why = stop_reason(); !why.empty()) return why;
      std::this_thread::sleep_for(kPoll);
    }
  }

  void make_moving() {
    for (const MysqlConfig& mysql : config_.mysql) {
      const auto ask = [](const MysqlEndpoint& endpoint) -> Result<bool> {
        auto facts = ask_mysql(endpoint, Deadline::in(kAnswer / 4));
        if (!facts) return tl::unexpected(facts.error());
        return facts->writable();
      };
      moving_.push_back({"mysql " + mysql.name,
                         [server = mysql.server, ask] { return said_by(ask(server)); },
                         [peer = mysql.peer(), vip = config_.agent.vip, ask] {
                           return asks_writable(peer, vip, ask);
                         },
                         {}});
    }
    for (const RedisConfig& redis : config_.redis) {
      const auto ask = [](const RedisEndpoint& endpoint) -> Result<bool> {
        auto sight = ask_redis(endpoint, Deadline::in(kAnswer / 4));
        if (!sight) return tl::unexpected(sight.error());
        return sight->takes_writes;
      };
      moving_.push_back({"redis " + redis.name,
                         [server = redis.server, ask] { return said_by(ask(server)); },
                         [peer = redis.peer(), vip = config_.agent.vip, ask] {
                           return asks_writable(peer, vip, ask);
                         },
                         {}});
    }
  }

  /// keepalived is no longer asked for FAULT, and the check speaks for itself again.
  void release() {
    if (auto set = set_yield(config_, false); !set) {
      // The record stays: whoever comes by once this process has ended tries again.
      say_step("the yield file asks for FAULT still: " + set.error().message);
      return;
    }
    if (auto removed = remove_handover(dir_); !removed) log::error(removed.error().message);
  }

  void give_up(const std::string& why) {
    say_step("aborted: " + why);
    if (auto set = set_yield(config_, false); !set) log::error(set.error().message);
    // The event may come a moment after the look; the promotion looks again before it lifts.
    if (is_master(gather_role(config_).view)) {
      const Deadline patience = Deadline::in(kAfterwards);
      std::optional<Outcome> outcome;
      while (!(outcome = roles_.act_on(
                   {Occasion::Kind::restore, "the switchover was aborted: " + why, true})) &&
             is_master(gather_role(config_).view) && !patience.expired()) {
        std::this_thread::sleep_for(kSlowPoll);
      }
      roles_.make_true(Millis{0});
    }
    release();
    say_who_serves();
  }

  void say_who_serves() {
    const Deadline patience = Deadline::in(kAfterwards);
    do {
      const bool vip_here = gather_role(config_).view.vip_here;
      const bool all = std::all_of(moving_.begin(), moving_.end(), [vip_here](const Moving& each) {
        return vip_here ? each.writable_here().value_or(false) : each.serves_there();
      });
      if (all) return say_step(vip_here ? "this node serves" : "the peer serves");
      std::this_thread::sleep_for(kSlowPoll);
    } while (!patience.expired());
    say_step("nobody serves yet: see `ha-agent status` on both nodes");
  }

  /// What this node becomes; nothing depends on it any more.
  void look_after() {
    const Deadline patience = Deadline::in(kAfterwards);
    for (;;) {
      const RoleGathered role = gather_role(config_);
      if (role.view.phase != Phase::running && follows()) {
        return say_step("this node follows the peer");
      }
      if (stop_wanted() || patience.expired()) break;
      std::this_thread::sleep_for(kSlowPoll);
    }
    say_step(
        "this node does not follow the peer yet: see `ha-agent status` and `ha-agent history`");
  }

  bool follows() const {
    for (const MysqlConfig& mysql : config_.mysql) {
      const auto facts = ask_mysql(mysql.server, Deadline::in(kAnswer));
      if (!facts || server_view(*facts).receiver != Receiver::running) return false;
    }
    for (const RedisConfig& redis : config_.redis) {
      const auto sight = ask_redis(redis.server, Deadline::in(kAnswer));
      if (!sight || sight->facts.master || !sight->facts.link_up) return false;
    }
    return true;
  }

  SteadyClock::duration outage_of(const Moving& each) const {
    if (!stopped_ || !each.serves_since) return {};
    return *each.serves_since - *stopped_;
  }
  SteadyClock::duration outage() const {
    SteadyClock::duration longest{};
    for (const Moving& each : moving_) longest = std::max(longest, outage_of(each));
    return longest;
  }
  std::string parts() const {
    std::string text;
    for (const Moving& each : moving_) {
      text += fmt::format("{}{} {:.2f} s", text.empty() ? " (" : ", ", each.resource,
                          seconds(outage_of(each)));
    }
    return text.empty() ? text : text + ")";
  }

  void tell(const char* state, const std::string& why, Subject subject, Outcome outcome) {
    nlohmann::json line{{"state", state}, {"reason", handover_.reason}, {"by", handover_.by}};
    if (!why.empty()) line["why"] = why;
    journal(dir_, "switchover", std::move(line), Durability::durable);
    std::vector<std::string> lines{say(config_.agent.lang, Text::switchover_reason,
                                       fmt::arg("by", handover_.by),
                                       fmt::arg("reason", handover_.reason))};
    if (!why.empty()) lines.push_back(why);
    announce(config_, dir_, subject, outcome, std::move(lines));
  }

  void finish(const std::string& why) {
    const bool done = why.empty();
    std::string text = why;
    if (done && !moving_.empty())
      text = fmt::format("outage {:.2f} s{}", seconds(outage()), parts());
    tell(done ? "done" : "aborted", text, Subject::switchover_ended,
         done ? Outcome::done : Outcome::failed);
  }

  const Config& config_;
  const SwitchoverRequest& request_;
  StateDir dir_;
  Roles roles_;
  Deadline deadline_;
  SteadyClock::time_point begun_ = SteadyClock::now();
  Handover handover_;
  std::vector<Moving> moving_;
  std::optional<SteadyClock::time_point> stopped_;
};

}  // namespace

ExitCode switchover_command(const Config& config, const SwitchoverRequest& request) {
  const StateDir dir{config.agent.state_dir};
  if (!request.dry_run) {
    if (auto ready = dir.prepare(); !ready) {
      std::fprintf(stderr, "ha-agent: switchover: %s\n", ready.error().message.c_str());
      return ExitCode::no;
    }
    Roles roles(config);
    take_back_handover(config, roles);
  }
  catch_stop_signals({SIGINT, SIGTERM, SIGHUP});
  const ExitCode code = Switchover(config, request).run();
  if (!request.dry_run) deliver_alerts(dir, config, Deadline::in(kDelivery), false);
  return code;
}

}  // namespace ha
