// The role protocol: who may be promoted and what the check says. Pure functions over plain values;
// this is the whole of the deciding, and the same can_promote() precedes a promotion and answers
// for a STANDBY's check. Rows follow the decision table of the design, first match wins:
//   1 the own server; 2 the applier; 3 the peer's answer; 4 the witnesses; 5 a silent peer.
// Rows 3 and 4 have no input yet: a peer counts as not asked, unless our IO thread vouches for it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/exit_code.h"
#include "agent/finding.h"
#include "agent/state.h"

namespace ha {

// --- one database server, as the decision sees it
// -------------------------------------------------

enum class Answer { up, down, silent, loading };
enum class Applier {
  none,
  running,
  stopped,
  error
};  ///< the SQL thread; none: no source configured
enum class Receiver { none, running, connecting, stopped };  ///< the IO thread

struct ServerView {
  Answer answer = Answer::silent;
  std::string trouble;  ///< for people: why it is not up, or the applier's error
  bool writable = false;
  Applier applier = Applier::none;
  Receiver receiver = Receiver::none;
  bool backlog = false;            ///< received and not yet applied transactions
  std::optional<Millis> lag;       ///< while the receiver runs
  std::optional<Millis> last_lag;  ///< the last one recorded while the receiver ran
  bool drain_refused =
      false;  ///< the last promotion was refused because this backlog did not drain
};

struct PromotePolicy {
  Millis max_lag{};
  OnStale on_stale = OnStale::refuse;
};

struct Eligibility {
  bool yes = false;
  std::string why;  ///< one sentence, for the check's output, the journal and the alert
};

Eligibility can_promote(const ServerView& own, const PromotePolicy& policy);

// --- this node's role, from the journal and the interfaces
// ----------------------------------------

/// What became of the newest event.
enum class Phase {
  idle,     ///< nothing to do or done
  running,  ///< a hook works on it and lives
  died,     ///< the hook that worked on it is gone without having finished
  refused,  ///< a promotion was refused: judged anew by every check
  held,     ///< a step was answered with an error: until `ack`
};

struct RoleView {
  bool readable = true;        ///< false: a journal exists and cannot be read
  State newest = State::none;  ///< of this boot; none: first boot, or none yet since the boot
  bool vip_set = false;
  bool vip_here = false;
  Phase phase = Phase::idle;
  std::string why;        ///< of unreadable, refused, held
  bool starting = false;  ///< within start_timeout after a promotion
};

Role role_of(const RoleView& view);

/// A node that failed as MASTER does not come back while the peer serves (see failback_delay).
struct FailbackView {
  Millis left{};  ///< of the delay; zero: none
  bool peer_writable = false;
};

struct Verdict {
  ExitCode code = ExitCode::no_verdict;
  std::string reason;
};

Verdict verdict(const RoleView& role, const FailbackView& failback,
                const std::vector<Finding>& findings);

}  // namespace ha
