// The events keepalived sent, recorded durably before anything else is done, one file each.
// keepalived's hooks overlap and reorder, so the newest is not the last one recorded: it is the one
// whose hook keepalived forked last, by the process's start time and then its pid (/proc/PID/stat
// field 22). Events of an earlier boot say nothing about this one's role.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/error.h"
#include "agent/state.h"
#include "agent/state_dir.h"

namespace ha {

/// A process that cannot be mistaken for a later one with the same pid.
struct ProcessId {
  std::string boot_id;
  std::int64_t start_ticks = 0;  ///< clock ticks since boot
  std::int64_t pid = 0;

  static ProcessId self();
  bool alive() const;
  bool operator==(const ProcessId&) const = default;
};

struct Event {
  std::string id;        ///< sortable and unique: "20261120T101500.123-<start ticks>-<pid>"
  ProcessId hook;        ///< the process that keepalived forked for it
  std::string instance;  ///< empty for the short form
  bool group = false;
  State state = State::none;
  int priority = 0;
  std::int64_t at_ms = 0;  ///< wall clock, milliseconds since 1970
  bool told = false;       ///< its alerts are in the outbox
};

/// True when `a` was forked before `b`; both of one boot.
bool older(const Event& a, const Event& b);

Status record_event(const StateDir& dir, const Event& event);
/// All recorded events, oldest first; those of earlier boots come first. A directory that is
/// missing is empty; one that cannot be read is an error. A file that cannot be parsed is skipped
/// and logged.
Result<std::vector<Event>> read_events(const StateDir& dir);
/// Removes told events that are older than the newest `keep`; the newest of each instance stays,
/// however much its neighbours say.
Status prune_events(const StateDir& dir, std::size_t keep);

/// Whose events drive the roles: `configured` when that is not empty. Else the instance that was
/// adopted first in this boot (`adopted`, from the role record; empty: none yet), until it is
/// stopped or deleted: then the next one that speaks is adopted, so that a renamed instance is not
/// ignored for ever.
std::string driving_instance(const std::vector<Event>& events, const std::string& configured,
                             const std::string& adopted);
/// An event of `instance`, or one in the short form, which names none.
bool drives_roles(const Event& event, const std::string& instance);
/// The newest event of this boot that drives the roles.
std::optional<Event> newest_event(const std::vector<Event>& events, const std::string& instance);

}  // namespace ha
