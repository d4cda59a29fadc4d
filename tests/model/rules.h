// The real decisions, asked by the model: judge(), can_promote(), next_record() and verdict() of
// agent/protocol.h. What a node can see of a State becomes a Sight, a Sight a Situation; answers
// are remembered, because there are few different Sights. A Mutation leaves one rule out, to show
// that the model notices.
#pragma once
#include <cstdint>
#include <unordered_map>

#include "agent/protocol.h"
#include "agent/verdict.h"
#include "tests/model/state.h"

namespace ha::model {

enum class Mutation {
  none,
  ignore_witness,       ///< can_promote() row 4, and the isolated master
  no_wait,              ///< rule 2
  no_own_lock,          ///< past a silent peer: rule 3 on the own server
  no_lock,              ///< rule 3
  no_kill,              ///< rule 4
  fresh_after_restart,  ///< a restart does not make the record void
  never_void,           ///< nothing does
  no_sole_holder,
  no_follow,
  refusing_is_silent,  ///< a peer that lets nobody in counts as one that is gone
  lock_not_asked,      ///< a promotion goes on without it
  lock_outlived,       ///< nobody stops the writes before it ends
  lock_slept_through,  ///< nor first of all once awake again
  lock_not_checked,    ///< the check says nothing of a watch that does not renew
};

struct Sight {
  Role role = Role::standby;
  bool promoting = false;
  Phase phase = Phase::idle;
  Event newest = Event::none;
  Answer own = Answer::down;
  bool writable = false;
  Io io = Io::none;
  bool backlog = false;
  PeerView::Answer peer = PeerView::Answer::silent;
  bool peer_writable = false;
  Holds holds = Holds::same_or_less;
  bool witness = false;
  bool quorum = true;
  bool lock = false;
  bool lock_answers = true;
  bool lock_ok = true;  ///< of a MASTER whose promotion is over: the lock's own finding
  Memory memory;
  bool armed = false;
  Protection serving = Protection::unknown;
  Protection following = Protection::unknown;
  bool first_boot = false;
};

struct Decision {
  Column column = Column::silent;
  Level level = Level::no;
  Act act = Act::none;
  bool check_ok = false;
  bool can_promote = false;
  Memory after_look;       ///< the record as the look leaves it
  Memory after_promotion;  ///< the record as a promotion leaves it right before the lift
};

class Rules {
 public:
  Rules(bool witness, bool lock, Mutation mutation)
      : witness_(witness), lock_(lock), mutation_(mutation) {}

  bool witness() const { return witness_; }
  bool lock() const { return lock_; }
  Mutation mutation() const { return mutation_; }
  bool without(Mutation mutation) const { return mutation_ == mutation; }

  /// As the check and watch see it; the peer is asked only where they ask it.
  Decision look(const State& state, int me);
  /// As a promotion sees it: the peer is always asked.
  Decision before_promotion(const State& state, int me);

 private:
  Sight sight(const State& state, int me, bool promotion) const;
  /// Asks the peer, and the witness where it is silent.
  void look_around(const State& state, int me, Sight& sight) const;
  Decision decide(const Sight& sight);

  bool witness_;
  bool lock_;
  Mutation mutation_;
  std::unordered_map<std::uint64_t, Decision> known_;
};

}  // namespace ha::model
