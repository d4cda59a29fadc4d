#include "notify/switchover.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "agent/ask_peer.h"
#include "agent/duration.h"
#include "agent/holds.h"
#include "agent/log.h"
#include "agent/mysql_situation.h"
#include "agent/texts.h"
#include "notify/announce.h"
#include "notify/journal.h"
#include "notify/role_lock.h"
#include "notify/yield.h"

namespace ha {
namespace {

/// What a successor may still have to apply when the VIP is given away.
constexpr Millis kClose{1000};
/// The same for Redis, in bytes of the replication stream.
constexpr std::int64_t kCloseBytes = 1 << 20;

Condition met(std::string text) {
  return {true, false, std::move(text)};
}
Condition unmet(std::string text) {
  return {false, false, std::move(text)};
}

Condition of_role(const RoleGathered& role) {
  const RoleView& view = role.view;
  if (!view.readable) return unmet("this node's role is not known: " + view.why);
  if (view.newest != State::master) {
    return unmet("this node is not MASTER: say it on the one that is");
  }
  if (role_of(view) != Role::master) return unmet("the VIP is not on this node");
  switch (view.phase) {
    case Phase::idle:
      break;
    case Phase::running:
    case Phase::died:
      return {false, true, "the promotion of this node has not ended"};
    case Phase::refused:
    case Phase::fenced:
    case Phase::held:
      return unmet("this node's promotion did not end well (`ha-agent status`): " + view.why);
  }
  return met("this node is MASTER");
}

Condition of_successor(const Successor& successor) {
  const std::string who = successor.resource + " of the peer";
  if (!successor.has_peer) {
    return unmet(successor.resource + ": no peer_host is configured: nobody to give it to");
  }
  if (!successor.trouble.empty()) return unmet(who + " does not answer: " + successor.trouble);
  if (successor.writable)
    return unmet(who + " takes writes itself: two primaries; mend that first");
  if (!successor.closed.empty()) return unmet(who + " would serve nobody: " + successor.closed);
  if (!successor.follows) return unmet(who + " does not follow: " + successor.seen);
  if (!successor.caught_up) return {false, true, who + " is behind: " + successor.seen};
  return met(who + " follows and has caught up: " + successor.seen);
}

// Asked before the writes stop: without a quorum the successor could not take the lock.
Condition of_lock(const LockStatus& lock, const std::string& node) {
  if (!lock.answers) {
    return {
        false, true,
        "etcd does not answer for a quorum, so the peer could not take the lock: " + lock.trouble};
  }
  if (!lock.holder.empty() && lock.holder != node) {
    return unmet("the lock is " + lock.holder + "'s: what this node serves is not its own to give");
  }
  return met(lock.held ? "this node has the lock, and etcd answers for a quorum"
                       : "nobody has the lock, and etcd answers for a quorum");
}

Successor of_mysql(const MysqlConfig& config, Millis patience) {
  Successor successor;
  successor.resource = "mysql " + config.name;
  successor.has_peer = !config.peer_host.empty();
  if (!successor.has_peer) return successor;
  const auto peer = ask_mysql(config.peer(), Deadline::in(patience));
  if (!peer) {
    successor.trouble = peer.error().message;
    return successor;
  }
  const ServerView view = server_view(*peer);
  successor.writable = peer->writable();
  successor.closed = view.closed;
  successor.follows = view.receiver == Receiver::running && view.applier == Applier::running;
  successor.caught_up = view.lag && *view.lag <= kClose;
  successor.seen = !successor.follows
                       ? (view.trouble.empty() ? "replication does not run" : view.trouble)
                   : view.lag ? "lag " + format_duration(*view.lag)
                              : "lag unknown";
  return successor;
}

Successor of_redis(const RedisConfig& config, Millis patience) {
  Successor successor;
  successor.resource = "redis " + config.name;
  successor.has_peer = !config.peer_host.empty();
  if (!successor.has_peer) return successor;
  const auto own = ask_redis(config.server, Deadline::in(patience));
  const auto peer = ask_redis(config.peer(), Deadline::in(patience));
  if (!peer) {
    successor.trouble = peer.error().message;
    return successor;
  }
  const RedisFacts& facts = peer->facts;
  successor.writable = peer->takes_writes;
  successor.follows = !facts.master && facts.link_up && !facts.syncing;
  const std::int64_t behind = own ? own->facts.offset - facts.offset : 0;
  successor.caught_up = own && behind <= kCloseBytes;
  successor.seen = !successor.follows ? "its link is down or a full sync runs"
                   : own ? fmt::format("{} bytes behind", std::max<std::int64_t>(0, behind))
                         : "this node's Redis does not answer: " + own.error().message;
  return successor;
}

}  // namespace

bool is_master(const RoleView& view) {
  return view.newest == State::master && role_of(view) == Role::master;
}

std::vector<Condition> switchover_conditions(const RoleGathered& role, const Config& config,
                                             const std::vector<Successor>& successors,
                                             const std::optional<LockStatus>& lock) {
  std::vector<Condition> all{of_role(role)};
  if (role.maintenance) {
    all.push_back(unmet("maintenance is on here: `ha-agent maintenance off` first, on both nodes"));
  }
  if (role.handover && role.handover->alive()) {
    all.push_back(unmet("another switchover is at work: " + role.handover->reason));
  }
  if (config.agent.vip.empty()) {
    all.push_back(unmet("no vip is configured in [agent]: nobody can see where it is"));
  }
  if (successors.empty()) all.push_back(met("there is no database: only the VIP moves"));
  for (const Successor& successor : successors) all.push_back(of_successor(successor));
  if (lock) all.push_back(of_lock(*lock, config.agent.node));
  all.push_back(met(can_yield(config)
                        ? "the VIP is given away through " + config.agent.yield_file
                        : "no yield_file is configured: the VIP moves when the check has failed "
                          "often enough, which takes seconds"));
  return all;
}

std::vector<Successor> ask_successors(const Config& config, Millis patience) {
  std::vector<Successor> all;
  for (const MysqlConfig& mysql : config.mysql) all.push_back(of_mysql(mysql, patience));
  for (const RedisConfig& redis : config.redis) all.push_back(of_redis(redis, patience));
  return all;
}

void take_back_handover(const Config& config, Roles& roles) {
  const StateDir dir{config.agent.state_dir};
  const auto handover = read_handover(dir);
  if (!handover || !*handover || (*handover)->alive()) return;
  if (auto set = set_yield(config, false); !set) {
    log::error("the yield file: " + set.error().message);
    return;
  }
  const std::string why = say(config.agent.lang, Text::switchover_left);
  if (is_master(gather_role(config).view)) {
    // Not now: somebody works on the roles. Whoever comes by next tries again.
    if (!roles.act_on({Occasion::Kind::restore, why, true})) return;
    roles.make_true(Millis{0});
  }
  // Another switchover may have begun meanwhile, and its record is there now.
  const auto lock = RoleLock::acquire(dir, Deadline::in(Millis{0}));
  if (!lock) return;
  const auto now = read_handover(dir);
  if (!now || !*now || (*now)->alive()) return;
  if (auto removed = remove_handover(dir); !removed) {
    log::error(removed.error().message);
    return;
  }
  journal(
      dir, "switchover",
      {{"state", "left"}, {"reason", (*handover)->reason}, {"by", (*handover)->by}, {"why", why}},
      Durability::durable);
  announce(config, dir, Subject::switchover_ended, Outcome::failed,
           {say(config.agent.lang, Text::switchover_reason, fmt::arg("by", (*handover)->by),
                fmt::arg("reason", (*handover)->reason)),
            why});
}

}  // namespace ha
