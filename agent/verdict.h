// The verdict of a whole check: this node's role, from the journal and the interfaces, put together
// with what the decision table (agent/protocol.h) said of each resource. Pure functions over plain
// values; tests/model explores this very function.
#pragma once
#include <string>
#include <vector>

#include "agent/deadline.h"
#include "agent/exit_code.h"
#include "agent/finding.h"
#include "agent/state.h"

namespace ha {

/// What became of the newest event.
enum class Phase {
  idle,     ///< nothing to do or done
  running,  ///< somebody works on it and lives
  died,     ///< whoever worked on it is gone without having finished
  refused,  ///< a promotion was refused: judged anew by every check
  fenced,   ///< the writes were stopped after the promotion: until keepalived has left MASTER
  held,     ///< a step was answered with an error: until `ack`
};

struct RoleView {
  bool readable = true;        ///< false: a journal exists and cannot be read
  State newest = State::none;  ///< of this boot; none: first boot, or none yet since the boot
  bool vip_set = false;
  bool vip_here = false;
  Phase phase = Phase::idle;
  std::string why;           ///< of unreadable, refused, fenced, held
  std::string handing_over;  ///< a switchover gives the role away: its reason; empty: none
  Millis cooldown{};         ///< of min_promote_interval; a refusal like others
  bool starting = false;     ///< within start_timeout after a promotion
};

Role role_of(const RoleView& view);
/// keepalived takes the address away before it says BACKUP or FAULT. Where it is all the same, the
/// MASTER event was lost with its hook, or found a full disk: what serves goes on, and a check that
/// says no where nothing does makes keepalived say MASTER once more.
bool lost_master_event(const RoleView& view);

/// A node that failed as MASTER does not come back while the peer serves (see failback_delay).
struct FailbackView {
  Millis left{};  ///< of the delay; zero: none
  bool peer_writable = false;
};

struct Verdict {
  ExitCode code = ExitCode::no_verdict;
  std::string reason;
};

/// "ok", "no", "no verdict", "held".
const char* verdict_word(ExitCode code);

/// What an operator's maintenance makes the check repeat.
struct Repeated {
  ExitCode code = ExitCode::no;  ///< of the last check before it
  std::string reason;            ///< of the maintenance
};

Verdict verdict(const RoleView& role, const FailbackView& failback,
                const std::vector<Finding>& findings);
/// The check during a maintenance: what it said before, marked, with what it would say otherwise. A
/// node that has fenced itself says no: its peer may not be in maintenance.
Verdict in_maintenance(const RoleView& role, const Repeated& repeated, const Verdict& otherwise);

}  // namespace ha
