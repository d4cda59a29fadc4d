#include "tests/model/moves.h"

namespace ha::model {
namespace {

constexpr const char* kWords[] = {
    "start",
    "power cut",
    "the server crashes",
    "is isolated",
    "the server freezes",
    "keepalived is killed",
    "the agent is killed",
    "keepalived is stopped",
    "the link between the nodes is cut",
    "etcd loses its quorum",
    "the machine falls asleep",
    "watch freezes",
    "the server lets nobody in",
    "powered on",
    "the server is started again, read-only",
    "the server is started again, read-only, without its relay log",
    "the network heals",
    "the server thaws",
    "keepalived is started again",
    "the link between the nodes is mended",
    "etcd's quorum is back",
    "the machine wakes",
    "watch thaws",
    "the lock's lease ends",
    "the server lets in again",
    "check",
    "keepalived becomes MASTER",
    "keepalived yields to the higher priority",
    "the receiver notices that its source is gone",
    "the receiver connects",
    "receives what the source has",
    "applies what it received",
    "semi-sync times out: commits wait no longer",
    "semi-sync is on: commits wait for the replica",
    "a write is acknowledged, protected",
    "a write waits for its acknowledgement",
    "a write is acknowledged, unprotected",
    "watch looks",
    "the agent takes up the event",
    "promotion: waits for a silent peer",
    "promotion: takes the lock",
    "promotion: fences the peer and judges",
    "promotion: drains and removes the source",
    "promotion: judges again",
    "promotion: lifts read_only",
    "promotion: looks again",
    "promotion: breaks off, the connection ended",
    "demotes",
    "follows the peer if it can",
    "watch kills the silent server",
    "watch stops the writes: isolated",
    "watch promotes again",
    "watch demotes a standby",
    "watch follows the peer if it can",
    "writes are stopped without the lock",
    "watch stops the writes: the lock",
    "watch gives the lock back: nothing here takes writes",
};

}  // namespace

std::string describe(const Move& move) {
  std::string text = move.node == 0 ? "A: " : "B: ";
  text += kWords[static_cast<int>(move.step)];
  if (move.fault) text += "  (fault)";
  return text;
}

void end_server(Node& node) {
  node.up = false;
  node.frozen = false;
  node.full = false;
  node.writable = false;
  node.armed = false;
  node.waits = false;
  node.lock = Holder::none;
  if (node.io == Io::running) node.io = Io::connecting;
  // All steps of a promotion share one connection: none of them acts on another process.
  if (node.job >= Job::drain && node.job <= Job::look) node.job = Job::broken;
}

bool peer_is_there(const State& state, int me, const Rules& rules) {
  return rules.without(Mutation::refusing_is_silent) ? peer_lets_in(state, me)
                                                     : peer_answers(state, me);
}

bool stop_writes(Node& node, const Rules& rules) {
  if (lets_in(node)) {
    node.writable = false;
  } else if (node.up && node.serving && !rules.without(Mutation::no_kill)) {
    end_server(node);
  }
  const bool stopped = !node.up || !node.writable;
  if (stopped) node.serving = false;
  return stopped;
}

void end_job(State& state, int node) {
  at(state, node).job = Job::none;
  const Holder mine = node == 0 ? Holder::first : Holder::second;
  for (Node& each : state.node) {
    if (each.lock == mine) each.lock = Holder::none;
  }
}

void begin_wait(State& state, int node) {
  Node& peer = at(state, other(node));
  peer.due = peer.on && (state.isolated == other(node) || (peer.up && peer.frozen));
}

void begin(State& state, int node, const Rules& rules) {
  Node& mine = at(state, node);
  const bool promotes = mine.event == Event::master;
  mine.work = Work::running;
  const bool excludes = rules.witness() || rules.lock();
  mine.job = promotes ? (excludes ? Job::wait : Job::fence) : Job::demote;
  if (promotes) mine.serving = true;
}

void tell(State& state, int node, Event event, const Rules& rules) {
  Node& mine = at(state, node);
  mine.event = event;
  mine.work = Work::fresh;
  mine.had_event = true;
  if (mine.job == Job::none) begin(state, node, rules);
}

// Independent of the record: could this look have told that writes may be missing here?
void remember_look(State& state, int node, const Decision& decision) {
  Node& mine = at(state, node);
  const Node& peer = at(state, other(node));
  if (mine.event != Event::master) {
    // A first boot has followed nobody: the table lets it stay without a record.
    const bool recorded = mine.memory.freshness != 0;
    const bool isolated = answers(mine) && decision.column == Column::isolated;
    const bool unfollowed =
        answers(mine) && mine.io != Io::running && decision.column == Column::peer_writable;
    const bool restarted = mine.memory.server == Process::earlier;
    const bool missed = !answers(mine) || isolated || restarted;
    if (unfollowed || (recorded && missed)) mine.behind = true;
  }
  if (streams(state, node) && peer.waits) mine.behind = false;
  mine.memory = decision.after_look;
}

void successors(const State& state, const World& world, const Emit& emit) {
  const Emit settle = [&](const State& next, const Move& move) {
    State settled = next;
    for (int node = 0; node < 2; ++node) {
      Node& mine = at(settled, node);
      // The promise holds for one silence only.
      const bool silent = mine.on && (settled.isolated == node || (mine.up && mine.frozen));
      if (!silent) mine.due = false;
      // It asks the peer all the while: a silence that was interrupted does not count.
      const bool waits = mine.job == Job::waiting || mine.job == Job::fence_waited;
      // Where there is a lock, its end is waited for, whoever answers.
      const bool there = peer_is_there(settled, node, *world.rules);
      if (waits && !world.rules->lock() && there) mine.job = Job::fence;
    }
    emit(settled, move);
  };
  for (int node = 0; node < 2; ++node) {
    if (state.faults > 0) fault_moves(state, node, world, settle);
    recovery_moves(state, node, world, settle);
    if (!at(state, node).on || at(state, node).asleep) continue;
    keepalived_moves(state, node, world, settle);
    server_moves(state, node, world, settle);
    agent_moves(state, node, world, settle);
  }
}

}  // namespace ha::model
