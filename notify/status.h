// `ha-agent status`: what is so on this node now. Rendering is pure; the command gathers (role,
// a live check of every resource, the journal, the outbox) and changes nothing.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/exit_code.h"
#include "agent/keepalived_seen.h"
#include "agent/role_state.h"
#include "agent/witness.h"
#include "checks/server_settings.h"
#include "notify/history.h"
#include "notify/lock_status.h"
#include "notify/pair.h"
#include "notify/rule_states.h"

namespace ha {

struct StatusReport {
  std::string node;
  std::string vip;
  RoleGathered role;
  std::vector<Finding> findings;         ///< of a check just now
  std::optional<Verdict> verdict;        ///< what `check` would say; none without resources
  std::vector<PairRow> pair;             ///< both nodes' databases
  std::vector<ServerSettings> settings;  ///< of the database servers
  bool watch_runs = false;
  KeepalivedSeen keepalived;
  std::vector<WitnessAnswer> witnesses;
  Quorum quorum = Quorum::majority;
  std::optional<LockStatus> lock;
  bool has_peer = false;            ///< so that a missing witness is worth a word
  std::optional<HistoryItem> last;  ///< the last transition that was begun
  std::string journal_trouble;      ///< why the journal could not be read
  std::vector<KeptRule> firing;     ///< rules of [alert] sections, as watch judged last
  std::size_t alerts_waiting = 0;
  std::size_t alerts_dead = 0;
  std::string alerts_trouble;  ///< what the oldest waiting one failed with last
};

/// `colour` adds terminal sequences.
std::string render_status_text(const StatusReport& report, bool colour, Lang lang = Lang::en);
/// One object: version, node, role, instance, newest_event{state, event, at_ms, priority} or null,
/// vip{address, here} or null, phase (idle, running, died, refused, held), phase_reason, starting,
/// maintenance{reason, by, since_ms, until_ms or null} or null, switchover{reason} or null,
/// watch_runs, keepalived{running, pid or null, started_ms or null, conf, fingerprint, changed_ms,
/// changed_since_start, problems[]}, check{code, reason} or null, witnesses{configured, quorum,
/// needed, answers[{name, answered, seen, took_ms}]}, lock{name, held, left_ms, holder,
/// holder_left_ms, answers, endpoint, trouble, forced_why} or null, resources[{kind, name, level,
/// seen, took_ms, facts{}}], pair[{resource, trouble, own{node, state, detail, lag_ms or null,
/// took_ms, held, lacks or null}, peer{the same}}], settings[{resource, missing[{setting, line,
/// why}], unreadable[{setting, why}], trouble}], last_transition (as in `history --format json`) or
/// null, held{resource, step, error, event, since_ms} or null, refusals[{resource, cause, why}],
/// firing[{rule, metric, about, value or null, operator, threshold, severity, since_ms}],
/// alerts{waiting, dead, last_error}.
std::string render_status_json(const StatusReport& report);

/// Asks everything, within twice the deadline of a check; changes nothing.
StatusReport gather_status(const Config& config);

/// ok; no when the node's own records cannot be read.
ExitCode status_command(const Config& config, bool json);

}  // namespace ha
