#include "notify/lock_keeper.h"

#include <nlohmann/json.hpp>

#include "agent/clock.h"
#include "agent/lock_times.h"
#include "agent/log.h"
#include "notify/announce.h"
#include "notify/journal.h"
#include "notify/writes_here.h"

namespace ha {
namespace {

/// How soon a lock that a hook took is found.
constexpr Millis kTick{200};

/// Of one try to renew; several fit between a third and two thirds of the ttl.
Millis one_try(Millis ttl) {
  return ttl / 6;
}

bool serves(const RoleLook& look) {
  return look.newest && look.newest->state == State::master && look.this_boot && look.state.serving;
}

}  // namespace

LockKeeper::LockKeeper(const Config& config)
    : config_(config),
      lock_(*config.the_lock()),
      dir_{config.agent.state_dir},
      hold_(lock_, config.agent.node, dir_),
      roles_(config) {
  seen_.configured = true;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

LockKeeper::~LockKeeper() = default;

void LockKeeper::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    tick();
    std::unique_lock guard(mutex_);
    changed_.wait_for(guard, stop, until_next(), [] { return false; });
  }
}

Millis LockKeeper::until_next() const {
  const Millis tick = std::min(kTick, lock_.ttl / 12);
  const auto lease = read_lock_lease(dir_);
  if (!lease || !*lease || (*lease)->until_ms == 0) return tick;
  const std::int64_t due = fence_due((*lease)->until_ms, (*lease)->ttl) - boottime_ms();
  // What was due already in the last tick was done, or could not be.
  return overdue_ ? tick : std::clamp(Millis{due}, Millis{1}, tick);
}

void LockKeeper::tick() {
  const auto lease = read_lock_lease(dir_);
  if (!lease) {
    if (told_ != lease.error().message) log::error("watch: " + lease.error().message);
    told_ = lease.error().message;
    return;
  }
  const bool held = *lease && (*lease)->until_ms != 0 && (*lease)->forced_why.empty();
  overdue_ = false;
  if (held) {
    keep(**lease);
  } else {
    look_for_it(*lease);
  }
}

void LockKeeper::keep(const LockLease& lease) {
  const std::int64_t now = boottime_ms();
  const std::int64_t due = fence_due(lease.until_ms, lease.ttl);
  overdue_ = now >= due;
  if (overdue_) {
    lost(lease.trouble.empty() ? "it was not renewed in time"
                               : "it could not be renewed: " + lease.trouble);
    return;
  }
  const std::int64_t renewed = lease.until_ms - lease.ttl.count();
  const bool ours = lease.keeper == ProcessId::self();
  if (ours && now - renewed < renew_every(lease.ttl).count()) return;
  const Millis limit = std::min(one_try(lease.ttl), Millis{due - now});
  const Renewal renewal = hold_.renew(ProcessId::self(), Deadline::in(limit));
  {
    const std::lock_guard guard(mutex_);
    seen_.answers = renewal.end != Renewal::End::failed;
    seen_.why = renewal.why;
  }
  if (renewal.end == Renewal::End::gone) lost(renewal.why);
  if (renewal.end == Renewal::End::failed) log::warning("watch: the lock: " + renewal.why);
  if (renewal.end == Renewal::End::renewed) told_.clear();
}

void LockKeeper::lost(const std::string& why) {
  const std::string text = "the lock [" + lock_.name + "] is lost: " + why;
  if (lock_.on_lock_lost == OnLockLost::alert) return go_on_without(text);
  const RoleLook look = roles_.look();
  const bool master = look.newest && look.newest->state == State::master;
  if (!master && !(look.this_boot && look.state.serving)) {
    // Nothing of ours takes writes; what is left is a lease that ends by itself.
    static_cast<void>(hold_.give_back(Deadline::in(one_try(lock_.ttl))));
    return;
  }
  log::error("watch: " + text);
  Occasion occasion{Occasion::Kind::fence, text, told_ == text};
  told_ = text;
  if (roles_.act_on(occasion)) return;
  // Whoever holds the roles' lock, or the event that waits for it, is not waited for.
  if (look.newest) roles_.stop_writes_without_lock(*look.newest);
}

// on_lock_lost = alert: renewed as long as it is there, taken again once nobody has it.
void LockKeeper::go_on_without(const std::string& why) {
  note("lost", why);
  const std::int64_t now = boottime_ms();
  if (now - tried_ms_ < renew_every(lock_.ttl).count()) return;
  tried_ms_ = now;
  const Deadline deadline = Deadline::in(one_try(lock_.ttl));
  if (hold_.renew(ProcessId::self(), deadline).end == Renewal::End::gone) {
    static_cast<void>(hold_.take(ProcessId::self(), deadline));
  }
}

// Nothing is held. A STANDBY wants to know whether etcd answers; a node that serves all the same,
// because the section is new or an operator forced it, takes the lock as soon as it can be had. One
// whose promotion was refused, or whose writes somebody else has stopped, has no use for it.
void LockKeeper::look_for_it(const std::optional<LockLease>& lease) {
  const std::int64_t now = boottime_ms();
  const Millis pause = std::max(Millis{1000}, renew_every(lock_.ttl));
  if (now - looked_ms_ < pause.count()) return;
  looked_ms_ = now;
  const Deadline deadline = Deadline::in(std::min(pause, Millis{1000}));
  const bool forced = lease && !lease->forced_why.empty();
  const RoleLook look = roles_.look();
  if (serves(look) && roles_.finished(look) &&
      may_take_writes(config_, Deadline::in(kWritesAnswer))) {
    const Taking taking = hold_.take(ProcessId::self(), deadline);
    if (taking.end == Taking::End::held) {
      told_.clear();
      journal(dir_, "note", {{"note", "the lock is held from now on"}});
      log::notice("watch: the lock is held from now on");
    } else if (taking.end == Taking::End::elsewhere && !forced) {
      lost(taking.why + " has it");
    } else {
      note("without", "this node serves without the lock: " + taking.why);
    }
    return;
  }
  const auto holder = hold_.holder(deadline);
  const std::lock_guard guard(mutex_);
  seen_.answers = holder.has_value();
  seen_.why = holder ? "" : holder.error().message;
}

// Once, however the reason changes meanwhile.
void LockKeeper::note(const std::string& what, const std::string& why) {
  if (told_ == what) return;
  told_ = what;
  log::error("watch: " + why);
  journal(dir_, "note", {{"note", why}});
  announce(config_, dir_, Subject::lock_lost, Outcome::failed, {why});
}

LockView LockKeeper::view(Role role) const {
  if (role == Role::master) {
    // What this node does about its own lock is this thread's to decide, not the table's.
    return {true, true, false, {}};
  }
  const std::lock_guard guard(mutex_);
  return seen_;
}

bool LockKeeper::held() const {
  const auto lease = read_lock_lease(dir_);
  return lease && *lease && (*lease)->until_ms != 0;
}

}  // namespace ha
