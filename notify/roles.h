// Making this node's roles true: the one piece of work that the hook, watch and `promote --force`
// share. Design. Whoever gets the lock acts on the *newest* event, whichever process recorded it,
// and looks again before it goes; after it has let go of the lock it looks once more, so that an
// event recorded while the lock was still held is never left behind. Killed anywhere, the next run
// finds an event without an end and starts its plan anew; every step looks before it acts. People
// are told when the roles are true. One thread at a time per object.
#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/event.h"
#include "agent/role_state.h"
#include "notify/alert.h"
#include "notify/executor.h"

namespace ha {

/// A new event of this moment, not recorded.
Event make_event(const std::string& instance, bool group, State state, int priority);

/// Everything from which the next piece of work follows.
struct RoleLook {
  std::vector<Event> events;
  RoleState state;
  std::string instance;         ///< whose events drive the roles
  std::optional<Event> newest;  ///< of those, in this boot
  bool this_boot = false;       ///< `state` was written in this boot
  bool maintenance = false;     ///< BACKUP and MASTER are recorded only
};

/// Work that no event of keepalived's asked for.
struct Occasion {
  enum class Kind {
    promote_again,  ///< the server was restarted under a MASTER, or an operator forces it
    fence,          ///< isolated: stop the writes, and say so until keepalived has left MASTER
    kill,           ///< the server of a MASTER answers nothing
    demote,         ///< a standby takes writes
    follow,         ///< the peer is the primary
    tend,           ///< semi-sync has to wait for a replica again
    resume,         ///< a maintenance is over: the newest event's work was left for now
    quiesce,        ///< a switchover: stop the writes here, in order
    restore,        ///< a switchover was aborted before the role had left
    release,        ///< the lock is held, and nothing here takes writes
  };
  Kind kind = Kind::demote;
  std::string why;        ///< one sentence, told to people
  bool quiet = false;     ///< journaled, but no alert: it was told before
  std::string mark = {};  ///< mark_of() the role it was seen in; another by now: nothing is done
};

/// Changes with every piece of work on the roles.
std::string mark_of(const RoleState& state);

class Roles {
 public:
  using SilentPeers = std::function<std::set<std::string>()>;

  /// `silent_peers`: resources whose peer is known to be silent already.
  explicit Roles(const Config& config, SilentPeers silent_peers = {});

  RoleLook look() const;
  /// Nothing is left to do for the newest event.
  bool finished(const RoleLook& look) const;
  /// An event that could not be recorded (a full disk) lives in this process alone.
  void add_unrecorded(Event event) { unrecorded_ = std::move(event); }

  /// Acts on the newest event until none is left. False when another process holds the lock for
  /// `patience`; that one finds the event.
  bool make_true(Millis patience);
  /// Acts if the lock is free at once; nullopt when it is not, or when an event is waiting. An
  /// event that came meanwhile found the lock held: who is not watch calls make_true() next.
  std::optional<Outcome> act_on(const Occasion& occasion);
  /// FAULT and STOP do not wait for a holder that may hang: it finds the event and does the rest.
  void stop_writes_without_lock(const Event& event);

  /// What could not be written of the role (a full disk) is written now, unless somebody else has
  /// worked on the roles since. True when nothing is left to write.
  bool save_late();
  bool unsaved() const { return unsaved_.has_value(); }

  bool acted() const { return acted_; }
  bool failed() const { return failed_; }  ///< the last work did not end well

 private:
  std::shared_ptr<const Run> make_run(const RoleLook& now, const Plan& plan, const Event& event,
                                      State from) const;
  void act(const RoleLook& now);
  void suspend(const RoleLook& now, State from);
  Report execute_plan(const RoleLook& now, const Plan& plan, const Event& event, State from);
  void settle(RoleState& state, const Report& report, const Plan& plan);
  std::optional<Report> refusal_before(const RoleLook& now, const Plan& plan) const;
  Status write_role(const RoleState& state, Durability durability) const;
  void save(const RoleState& state, Durability durability);
  void finish(const Alert& alert, State from, const Event& event) const;

  const Config& config_;
  StateDir dir_;
  SilentPeers silent_peers_;
  std::optional<Event> unrecorded_;
  /// The role as it is, while the file cannot be written and goes on saying what it said.
  struct Unsaved {
    RoleState state;
    RoleState file;
  };
  std::optional<Unsaved> unsaved_;
  std::string handled_;  ///< the event this object acted on last
  bool acted_ = false;
  bool failed_ = false;
};

}  // namespace ha
