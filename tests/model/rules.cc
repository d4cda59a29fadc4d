#include "tests/model/rules.h"

#include "tests/model/writes.h"

namespace ha::model {
namespace {

const PromotePolicy kPolicy{Millis{30'000}, OnStale::refuse};

std::uint64_t key_of(const Sight& s) {
  std::uint64_t key = 0;
  const auto put = [&](auto value, unsigned bits) {
    key = (key << bits) | static_cast<std::uint64_t>(value);
  };
  put(s.role, 1);
  put(s.promoting, 1);
  put(s.phase, 3);
  put(s.newest, 3);
  put(s.own, 3);
  put(s.writable, 1);
  put(s.io, 2);
  put(s.backlog, 1);
  put(s.peer, 3);
  put(s.peer_writable, 1);
  put(s.holds, 2);
  put(s.witness, 1);
  put(s.quorum, 1);
  put(s.lock, 1);
  put(s.lock_answers, 1);
  put(s.lock_ok, 1);
  put(s.memory.freshness, 2);
  put(s.memory.sole_holder, 1);
  put(s.memory.semi_sync, 1);
  put(s.memory.semi_sync_by, 2);
  put(s.memory.server, 2);
  put(s.memory.promoted, 2);
  put(s.armed, 1);
  put(s.serving, 2);
  put(s.following, 2);
  put(s.first_boot, 1);
  return key;
}

ServerIdentity identity(Process process) {
  ServerIdentity identity;
  if (process == Process::now) identity.run_id = "now";
  if (process == Process::earlier) identity.run_id = "earlier";
  return identity;
}

Process process_of(const ServerIdentity& identity) {
  if (!identity.known()) return Process::unknown;
  return identity.run_id == "now" ? Process::now : Process::earlier;
}

Record record_of(const Memory& memory) {
  Record record;
  record.freshness = static_cast<Freshness>(memory.freshness);
  record.sole_holder = memory.sole_holder;
  record.semi_sync = memory.semi_sync;
  record.semi_sync_by = identity(memory.semi_sync_by);
  record.server = identity(memory.server);
  record.promoted = identity(memory.promoted);
  return record;
}

Memory memory_of(const Record& record) {
  Memory memory;
  memory.freshness = static_cast<std::uint8_t>(record.freshness);
  memory.sole_holder = record.sole_holder;
  memory.semi_sync = record.semi_sync;
  memory.semi_sync_by = process_of(record.semi_sync_by);
  memory.server = process_of(record.server);
  memory.promoted = process_of(record.promoted);
  return memory;
}

ha::State state_of(Event event) {
  switch (event) {
    case Event::master:
      return ha::State::master;
    case Event::backup:
      return ha::State::backup;
    case Event::fault:
      return ha::State::fault;
    case Event::stop:
      return ha::State::stop;
    case Event::none:
      break;
  }
  return ha::State::none;
}

Phase phase_of(const Node& node) {
  // A step still runs: for this event or, overtaken, for the one before it.
  if (node.job != Job::none) return Phase::running;
  switch (node.work) {
    case Work::fresh:
    case Work::running:
      return Phase::running;
    case Work::died:
      return Phase::died;
    case Work::refused:
      return Phase::refused;
    case Work::fenced:
      return Phase::fenced;
    case Work::none:
    case Work::done:
      break;
  }
  return Phase::idle;
}

// As agent/mysql_situation.cc gathers it, with semi-sync in use and the lag 0.
Protection serving_of(const Node& own) {
  if (own.armed || own.memory.semi_sync) {
    return own.armed && own.waits ? Protection::protected_ : Protection::unprotected;
  }
  return Protection::unknown;
}

Protection following_of(const Node& own, const Node& peer, PeerView::Answer answer, Holds holds) {
  if (own.io != Io::running) return Protection::unknown;
  if (!own.armed) {
    return own.memory.semi_sync ? Protection::unprotected : Protection::protected_;
  }
  if (answer == PeerView::Answer::up) {
    if (!peer.waits) return Protection::unprotected;
    return holds == Holds::same_or_less ? Protection::protected_ : Protection::unknown;
  }
  return Protection::unknown;
}

Situation situation_of(const Sight& s) {
  Situation situation;
  situation.own.answer = s.own;
  situation.own.writable = s.writable;
  if (s.io != Io::none) {
    situation.own.applier = Applier::running;
    situation.own.receiver = s.io == Io::running ? Receiver::running : Receiver::connecting;
  }
  situation.own.backlog = s.backlog;
  if (s.io == Io::running) situation.own.lag = Millis{0};
  situation.own.last_lag = Millis{0};
  situation.peer.answer = s.peer;
  situation.peer.writable = s.peer_writable;
  situation.peer.holds = s.holds;
  situation.witness.configured = s.witness;
  situation.witness.quorum = s.quorum;
  situation.lock.configured = s.lock;
  situation.lock.answers = s.lock_answers;
  situation.record = record_of(s.memory);
  situation.first_boot = s.first_boot;
  if (s.own != Answer::up) return situation;
  situation.seen.server = identity(Process::now);
  situation.seen.semi_sync = s.armed;
  situation.seen.serving = s.serving;
  situation.seen.following = s.following;
  situation.record = effective(situation.record, situation.seen.server);
  return situation;
}

}  // namespace

void Rules::look_around(const State& state, int me, Sight& s) const {
  const bool answers = peer_answers(state, me);
  if (peer_lets_in(state, me)) {
    s.peer = PeerView::Answer::up;
    s.peer_writable = state.node[static_cast<unsigned>(other(me))].writable;
    s.holds = compare(state, other(me));
  } else if (answers && !without(Mutation::refusing_is_silent)) {
    s.peer = PeerView::Answer::refusing;
  } else {
    s.peer = PeerView::Answer::silent;
    s.quorum = !witness_ || state.isolated != me || without(Mutation::ignore_witness);
  }
}

Sight Rules::sight(const State& state, int me, bool promotion) const {
  const Node& own = state.node[static_cast<unsigned>(me)];
  const Node& peer = state.node[static_cast<unsigned>(other(me))];
  Sight s;
  s.newest = own.event;
  s.phase = phase_of(own);
  s.role = own.event == Event::master ? Role::master : Role::standby;
  s.promoting = s.role == Role::master && s.phase == Phase::running;
  s.memory = own.memory;
  if (without(Mutation::fresh_after_restart) && s.memory.server != Process::unknown) {
    s.memory.server = Process::now;
  }
  if (without(Mutation::no_sole_holder)) s.memory.sole_holder = false;
  s.witness = witness_;
  s.lock = lock_ && !without(Mutation::lock_not_asked);
  // judge_lock(): what has ended, and what nobody has renewed for too long.
  const bool serves = s.role == Role::master && !s.promoting;
  if (s.lock && serves && !without(Mutation::lock_not_checked)) {
    s.lock_ok = has_lease(state, me) && !own.watch_frozen;
  }
  const bool unseen = answers(own) && own.full;
  if (!lets_in(own)) {
    s.own = unseen ? Answer::refusing : own.up && own.frozen ? Answer::silent : Answer::down;
    // may_take_writes_unseen(): is it isolated?
    if (unseen && s.role == Role::master && witness_) look_around(state, me, s);
    return s;
  }
  s.own = Answer::up;
  s.writable = own.writable;
  s.io = own.io;
  s.armed = own.armed;
  s.backlog = has_backlog(state, me);
  s.first_boot = !promotion && !own.had_event && own.memory.freshness == 0 &&
                 own.memory.server == Process::unknown;
  bool ask = true;  // must_ask_peer()
  if (!promotion && s.role == Role::master) {
    ask = witness_ || !own.writable || !own.waits;
  } else if (!promotion && !own.writable && own.io == Io::running) {
    const Record now = effective(record_of(s.memory), identity(Process::now));
    ask = own.armed && now.freshness != Freshness::fresh;
  }
  s.peer = PeerView::Answer::vouched;
  if (ask) look_around(state, me, s);
  if (s.lock && !serves && ask && s.peer != PeerView::Answer::up) {
    s.lock_answers = reaches_etcd(state, me);
  }
  s.serving = serving_of(own);
  s.following = following_of(own, peer, s.peer, s.holds);
  return s;
}

Decision Rules::decide(const Sight& sight) {
  const std::uint64_t key = key_of(sight);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;

  const Situation situation = situation_of(sight);
  const Judgement judgement = judge(sight.role, sight.promoting, situation, kPolicy);
  RoleView role;
  role.newest = state_of(sight.newest);
  role.phase = sight.phase;
  // checks/mysql_judge.cc: a master that serves who is in is alive.
  const bool serves_unseen = sight.own == Answer::refusing && sight.role == Role::master &&
                             !sight.promoting && judgement.cell.act != Act::fence;
  const Level level = serves_unseen ? Level::degraded : judgement.cell.level;
  const Finding finding{"mysql", "main", level, "", {}, {}};
  const Finding lock{"lock", "dcs", sight.lock_ok ? Level::ok : Level::no, "", {}, {}};
  const bool forgets_to_void = without(Mutation::never_void) && judgement.cell.note == Note::void_;

  Decision decision;
  decision.column = judgement.column;
  decision.level = judgement.cell.level;
  decision.act = judgement.cell.act;
  decision.check_ok = verdict(role, {}, {finding, lock}).code == ExitCode::ok;
  decision.can_promote = can_promote(situation, kPolicy).yes;
  decision.after_look =
      forgets_to_void
          ? sight.memory
          : memory_of(next_record(record_of(sight.memory), judgement.cell.note, situation));
  // Nobody is known to receive what will be written: a later look can tell.
  Situation alone = situation;
  alone.seen.serving = Protection::unprotected;
  Record promoted = next_record(record_of(sight.memory), Note::serving, alone);
  promoted.promoted = situation.seen.server;
  decision.after_promotion = memory_of(promoted);
  known_.emplace(key, decision);
  return decision;
}

Decision Rules::look(const State& state, int me) {
  return decide(sight(state, me, false));
}

Decision Rules::before_promotion(const State& state, int me) {
  return decide(sight(state, me, true));
}

}  // namespace ha::model
