// keepalived (VRRP and its check), replication, and clients.
#include "tests/model/moves.h"
#include "tests/model/writes.h"

namespace ha::model {

void keepalived_moves(const State& state, int me, const World& world, const Emit& emit) {
  const Node& node = at(state, me);
  if (node.keepalived == Keepalived::down) return;
  const auto move = [&](Step step) {
    return Move{step, static_cast<std::uint8_t>(me), false, Breach::none};
  };
  {
    const Decision decision = world.rules->look(state, me);
    State next = state;
    Node& mine = at(next, me);
    remember_look(next, me, decision);
    Move check = move(Step::check);
    const bool promoting = node.job != Job::none || node.work == Work::fresh;
    const bool master = node.event == Event::master;
    if (decision.check_ok && master && !promoting && !takes_writes(node)) {
      check.breach = Breach::check_lies;
    }
    if (!decision.check_ok && node.keepalived != Keepalived::fault) {
      mine.keepalived = Keepalived::fault;
      tell(next, me, Event::fault, *world.rules);
    } else if (decision.check_ok &&
               (node.keepalived == Keepalived::fault || node.keepalived == Keepalived::init)) {
      mine.keepalived = Keepalived::backup;
      tell(next, me, Event::backup, *world.rules);
    }
    emit(next, check);
  }
  const bool hears_master = linked(state) &&
                            at(state, other(me)).keepalived == Keepalived::master &&
                            !at(state, other(me)).asleep;
  if (node.keepalived == Keepalived::backup && !hears_master) {
    State next = state;
    at(next, me).keepalived = Keepalived::master;
    tell(next, me, Event::master, *world.rules);
    emit(next, move(Step::becomes_master));
  }
  // A has the higher priority.
  if (node.keepalived == Keepalived::master && hears_master && me == 1) {
    State next = state;
    at(next, me).keepalived = Keepalived::backup;
    tell(next, me, Event::backup, *world.rules);
    emit(next, move(Step::yields));
  }
}

void server_moves(const State& state, int me, const World& world, const Emit& emit) {
  const Node& node = at(state, me);
  if (!answers(node)) return;
  const auto go = [&](Step step, bool possible, auto&& change) {
    if (!possible) return;
    State next = state;
    change(next, at(next, me));
    emit(next, {step, static_cast<std::uint8_t>(me), false, Breach::none});
  };
  const bool reachable = peer_answers(state, me);
  const bool let_in = peer_lets_in(state, me);
  go(Step::receiver_loses, node.io == Io::running && !reachable,
     [](State&, Node& mine) { mine.io = Io::connecting; });
  go(Step::receiver_connects, node.io == Io::connecting && let_in,
     [](State&, Node& mine) { mine.io = Io::running; });
  const bool streaming = streams(state, me);
  State received = state;
  receive(received, me);
  go(Step::receives, streaming && received.writes != state.writes,
     [&](State& next, Node&) { next.writes = received.writes; });
  go(Step::applies, node.io != Io::none && has_backlog(state, me),
     [&](State& next, Node&) { apply(next, me); });

  const bool followed = streams(state, other(me));
  // Its timeout is longer than isolation_timeout: the isolated one fences itself first.
  const bool cut_off =
      world.rules->lock() ? !renews(state, me) : world.rules->witness() && state.isolated == me;
  const bool fenced_first = cut_off && node.writable;
  go(Step::semi_sync_times_out, node.waits && !followed && !fenced_first,
     [](State&, Node& mine) { mine.waits = false; });
  State caught_up = state;
  receive(caught_up, other(me));
  go(Step::semi_sync_on,
     !node.waits && node.armed && followed && at(state, other(me)).armed &&
         caught_up.writes == state.writes,
     [](State&, Node& mine) { mine.waits = true; });

  if (!node.writable) return;
  const auto write = [&](Step step, bool possible, Ack ack) {
    State next = state;
    write_on(next, me, ack);
    if (next.writes == state.writes) return;
    go(step, possible, [&](State& to, Node&) { to.writes = next.writes; });
  };
  write(Step::write_protected, node.waits && followed, Ack::protected_);
  write(Step::write_unfinished, node.waits, Ack::none);
  write(Step::write_unprotected, !node.waits, Ack::unprotected);
}

}  // namespace ha::model
