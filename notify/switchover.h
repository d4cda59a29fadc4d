// What a switchover asks of the two nodes before it begins, and how one that was killed is taken
// back. The command itself is notify/switchover_command.h.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/role_state.h"
#include "notify/lock_status.h"
#include "notify/roles.h"

namespace ha {

/// The other node's database as a successor.
struct Successor {
  std::string resource;  ///< "mysql main"
  std::string trouble;   ///< of one that does not answer
  std::string closed;    ///< why nobody could write there, promoted or not
  bool has_peer = false;
  bool writable = false;  ///< it takes writes itself
  bool follows = false;   ///< receiver and applier run, or the link is up
  bool caught_up = false;
  std::string seen;  ///< for people: "lag 0 s"
};

struct Condition {
  bool holds = false;
  bool may_come = false;  ///< waiting can help: it is catching up
  std::string text;       ///< one line, with what to do where it does not hold
};

/// By keepalived's word and by the address: only then there is a role to give, and one to take
/// back.
bool is_master(const RoleView& view);

/// Everything that must be so before anything is changed. `lock`: nullopt where none is configured.
/// Pure.
std::vector<Condition> switchover_conditions(const RoleGathered& role, const Config& config,
                                             const std::vector<Successor>& successors,
                                             const std::optional<LockStatus>& lock);

/// Asks the peers' servers, each within `patience`.
std::vector<Successor> ask_successors(const Config& config, Millis patience);

/// Of a switchover whose process was killed: keepalived is no longer asked for FAULT, and a MASTER
/// whose writes it had stopped serves again. Nothing when there is none. Called by whoever comes by
/// (watch, a hook, the timer, the next switchover).
void take_back_handover(const Config& config, Roles& roles);

}  // namespace ha
