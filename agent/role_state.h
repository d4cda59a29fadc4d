// role.json: what became of the newest event. Written by notify under the lock, read by check and
// status.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/clock.h"
#include "agent/config.h"
#include "agent/error.h"
#include "agent/event.h"
#include "agent/handover.h"
#include "agent/maintenance.h"
#include "agent/state.h"
#include "agent/state_dir.h"
#include "agent/verdict.h"

namespace ha {

struct Refusal {
  std::string resource;  ///< "mysql main"
  std::string cause;     ///< "drain", "server", "stale", "overtaken"
  std::string why;       ///< one sentence

  bool operator==(const Refusal&) const = default;
};

struct Held {
  std::string resource;
  std::string step;
  std::string error;
  std::string event_id;
  std::int64_t since_ms = 0;

  bool operator==(const Held&) const = default;
};

struct RoleState {
  /// suspended: recorded during a maintenance, to be done at its end.
  enum class Work { idle, running, done, refused, failed, fenced, suspended };
  std::string event_id;       ///< the event this is about
  State state = State::none;  ///< its state
  Work work = Work::idle;
  ProcessId worker;  ///< who does or did it
  /// Whose events drive the roles: adopted when the configuration names none.
  std::string instance;
  std::int64_t promoted_at_ms =
      0;  ///< CLOCK_BOOTTIME when the last promotion ended well; 0: none this boot
  std::string promotion_id;          ///< the event of that promotion
  bool serving = false;              ///< promoted, and not wholly demoted since
  std::string fenced_why;            ///< of Work::fenced
  std::int64_t forced_until_ms = 0;  ///< CLOCK_BOOTTIME: until then a promotion is forced
  std::string forced_why;            ///< the operator's reason
  std::vector<Refusal> refusals;     ///< of the last promotion; each lasts as long as its cause
  std::optional<Held> held;          ///< survives reboots, until `ack`

  bool operator==(const RoleState&) const = default;
};

/// A missing file is a default RoleState; one that cannot be read or parsed is an error.
Result<RoleState> read_role_state(const StateDir& dir);
Status write_role_state(const StateDir& dir, const RoleState& state, Durability durability);

/// How much of `min_promote_interval` is left since the last promotion of this boot.
Millis cooldown_left(const RoleState& state, bool this_boot, Millis interval);

/// Everything about the role that the check and status need, gathered from state_dir and the
/// interfaces. `node_has_vip` is looked up with getifaddrs(). Also gives the raw pieces for output.
struct RoleGathered {
  RoleView view;
  RoleState state;
  std::optional<Event> newest;
  std::string instance;                    ///< whose events drive the roles; empty: none seen yet
  bool forced = false;                     ///< by `promote --force`, a moment ago
  bool first_boot = false;                 ///< no event was ever recorded
  std::optional<Maintenance> maintenance;  ///< in force now
  std::optional<Handover> handover;        ///< a switchover, at work or left by a kill
};
RoleGathered gather_role(const Config& config);

/// Whether an interface of this host carries `address` (IPv4 or IPv6); nullopt: the kernel does not
/// say.
std::optional<bool> address_is_here(const std::string& address);

}  // namespace ha
