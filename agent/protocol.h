// The role protocol: who may be promoted, what the check says, and what belongs to it. Pure
// functions over plain values; this is the whole of the deciding about a database; the
// verdict of a whole check is agent/verdict.h's. The same can_promote() precedes a
// promotion and answers for a STANDBY's check, and judge() is the check's table, cell by cell; the
// check says what a cell says, watch does what it asks for. Rows and columns carry the names of the
// decision table; tests/model explores these very functions.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/finding.h"
#include "agent/gtid.h"
#include "agent/record.h"
#include "agent/state.h"

namespace ha {

// --- one database, as the decision sees it
// -------------------------------------------------

enum class Answer {
  up,
  down,
  silent,
  loading,
  refusing,  ///< it answers and lets nobody in: whether it takes writes cannot be seen
};
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
  std::string closed;  ///< why nobody could write here, promoted or not; empty: no such thing
  Applier applier = Applier::none;
  Receiver receiver = Receiver::none;
  bool backlog = false;            ///< received and not yet applied transactions
  std::optional<Millis> lag;       ///< while the receiver runs
  std::optional<Millis> last_lag;  ///< the last one recorded while the receiver ran
  bool drain_refused =
      false;  ///< the last promotion was refused because this backlog did not drain
};

/// What the failure of asking a server tells of it. A server that could be reached and that nobody
/// could ask, be it for a reason of ours, may take writes.
Answer answer_of(const Error& error);
/// "Too many connections", a wrong password, TLS that fails: somebody is there.
inline bool lets_nobody_in(const Error& error) {
  return answer_of(error) == Answer::refusing;
}

struct PeerView {
  enum class Answer {
    none,      ///< none is configured: nobody to ask
    vouched,   ///< not asked: replication runs between us, which is answer enough
    silent,    ///< does not answer within its part of the deadline
    refusing,  ///< answers and lets nobody in: it may take writes, and nobody can stop or compare
               ///< it
    up,
  };
  Answer answer = Answer::none;
  bool writable = false;
  Holds holds = Holds::unknown;  ///< the peer's, compared with ours
  bool left_behind = false;      ///< another database of its node cannot serve: agent/left_behind.h
  std::string where;             ///< "192.0.2.12:3306"
  std::string trouble;           ///< of silent and refusing
};

/// What the witnesses prove together (agent/witness.h).
struct WitnessView {
  bool configured = false;
  bool quorum = true;  ///< true also when none is configured
  std::string why;     ///< how many answer, who does not; empty when none is configured
};

/// The lock in etcd, where one is configured: of a MASTER its own hold, of everybody else what etcd
/// says.
struct LockView {
  bool configured = false;
  /// Held (MASTER), or etcd answers for its quorum; true also when nobody had to ask.
  bool answers = true;
  /// Another node has it, and the last promotion was refused because it keeps it.
  bool elsewhere = false;
  std::string why;  ///< of either
};

/// Does an acknowledgement wait until a replica has the write?
enum class Protection { unknown, unprotected, protected_ };

/// What this look adds to the record.
struct Seen {
  ServerIdentity server;
  bool semi_sync = false;                      ///< in use on this server, either side
  Protection serving = Protection::unknown;    ///< of writes here, when we are the primary
  Protection following = Protection::unknown;  ///< of our source's writes, when we follow it
  std::string coordinates;
};

struct Situation {
  ServerView own;
  PeerView peer;
  WitnessView witness;
  LockView lock;
  Record record;
  Seen seen;
  bool first_boot = false;  ///< no event ever, no record
};

struct PromotePolicy {
  Millis max_lag{};
  OnStale on_stale = OnStale::refuse;
  bool forced = false;  ///< an operator takes the loss upon himself: only row 1 stands
};

/// What stands in the way; one word each in records: see cause_word().
enum class Cause {
  none,
  server,
  applier,
  drain,
  lag,
  peer,
  refusing,
  diverged,
  witness,
  stale,
  lock
};

struct Eligibility {
  bool yes = false;
  std::string why;  ///< one sentence, for the check's output, the journal and the alert
  Cause cause = Cause::none;
};

/// "server", "applier", …: what stands in a refusal's record. "" for Cause::none.
const char* cause_word(Cause cause);

/// First match wins: 1 own server, 2 applier, 3 a peer that answers, 4 witnesses, 5 a silent peer.
/// One that lets nobody in is not silent: only a lock proves that it takes no writes.
Eligibility can_promote(const Situation& situation, const PromotePolicy& policy);

// --- the check's table
// ---------------------------------------------------------------------

enum class Row {
  master_writable,
  promotion_running,
  master_read_only,
  standby_following,
  standby_not_following,
  standby_writable,
  first_boot,
};
enum class Column {
  peer_behind,    ///< follows us, or is read-only and not ahead
  peer_ahead,     ///< read-only, purely ahead, or cannot be compared
  peer_diverged,  ///< read-only
  peer_writable,
  peer_refusing,  ///< answers, and lets nobody in
  silent,         ///< with a quorum, or without witnesses
  isolated,       ///< silent, and the quorum is lost; with a lock: the lock's
};

/// What a cell asks of watch; the check does none of it.
enum class Act {
  none,
  promote_again,  ///< the server process was restarted under a MASTER
  fence,          ///< stop the writes here: isolated
  demote,         ///< a standby takes writes
  follow,         ///< the peer is the primary
};
/// What a cell leaves in the record.
enum class Note { none, following, serving, void_ };

struct Cell {
  Level level = Level::no;
  std::string why;  ///< empty for a plain yes
  Act act = Act::none;
  Note note = Note::none;
};

struct Judgement {
  Row row{};
  Column column{};
  Cell cell;
};

Row row_of(Role role, bool promoting, const Situation& situation);
Column column_of(const Situation& situation);
/// While the own server answers.
Cell cell_of(Row row, Column column, const Situation& situation, const PromotePolicy& policy);
/// The whole: a server that is down is Level::no, a silent one Level::unknown, in every cell.
Judgement judge(Role role, bool promoting, const Situation& situation, const PromotePolicy& policy);

/// The situation's record as of now: what a restart of the server since has made void is void.
Record effective(const Record& record, const ServerIdentity& server);
/// The record after a look that ended with `note`.
Record next_record(Record record, Note note, const Situation& situation);

/// Rule 2: how long a promotion towards a silent peer waits, counted from when it
/// is found silent: its self-fence and keepalived's way to FAULT there. Zero without witnesses, and
/// with a lock, whose own end is the wait.
Millis wait_before_promotion(const WitnessView& witness, const PeerView& peer,
                             const AgentConfig& config, const LockView& lock = {});

}  // namespace ha
