// lock.json: this node's hold on the lock, as long as one is held or asked for. Written by whoever
// takes, keeps or gives back (hook, watch), each under the file's own flock; read by the check and
// status. A file of an earlier boot says nothing: its lease is another life's.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/error.h"
#include "agent/event.h"
#include "agent/finding.h"
#include "agent/state.h"
#include "agent/state_dir.h"

namespace ha {

struct LockLease {
  std::int64_t lease = 0;       ///< etcd's number
  std::int64_t until_ms = 0;    ///< CLOCK_BOOTTIME; 0: asked for, and not known to be held
  std::int64_t touched_ms = 0;  ///< CLOCK_BOOTTIME: when somebody last tried to take or keep it
  Millis ttl{};                 ///< what `until_ms` was reckoned with
  ProcessId keeper;             ///< the watch that keeps it; pid 0: none has taken it up yet
  std::string endpoint;         ///< which member answered last
  std::string trouble;          ///< why the last try failed; empty: it did not
  std::string forced_why;       ///< an operator lets this node serve without the lock

  bool held(std::int64_t now_ms) const { return until_ms > now_ms; }
};

/// nullopt: no file, or one of an earlier boot.
Result<std::optional<LockLease>> read_lock_lease(const StateDir& dir);
/// Reads, changes and writes; nullopt after the change removes the file. `limit` bounds the wait
/// for the flock.
Status update_lock_lease(const StateDir& dir, Millis limit,
                         const std::function<void(std::optional<LockLease>&)>& change);

/// What stands in etcd: which node, in which boot. Both, because a node that was cut off from power
/// and is back does not hold what it held.
std::string lock_value(const std::string& node);
/// The holder's name for people; the value itself when it is not ours.
std::string lock_holder(const std::string& value);

/// What the check says of the lock. Pure.
struct LockSight {
  Role role = Role::standby;
  bool promoting = false;
  Result<std::optional<LockLease>> lease = std::optional<LockLease>{};
  bool keeper_alive = false;
  std::int64_t now_ms = 0;  ///< CLOCK_BOOTTIME
};
Finding judge_lock(const LockConfig& config, const LockSight& sight);

}  // namespace ha
