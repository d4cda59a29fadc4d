// What breaks, and what comes back by itself.
#include "tests/model/moves.h"
#include "tests/model/writes.h"

namespace ha::model {
namespace {

void cut_power(State& state, int me) {
  Node& node = at(state, me);
  end_server(node);
  end_job(state, me);
  node.on = false;
  node.keepalived = Keepalived::down;
  // Events, work and "serving" are of a boot.
  node.event = Event::none;
  node.work = Work::none;
  node.serving = false;
  node.asleep = false;
  node.watch_frozen = false;
  if (state.isolated == me) state.isolated = 2;
  if (state.lease == holder(me)) state.lease_old = true;
}

Process older(Process process) {
  return process == Process::unknown ? Process::unknown : Process::earlier;
}

void start_server(Node& node) {
  node.up = true;
  node.memory.server = older(node.memory.server);
  node.memory.promoted = older(node.memory.promoted);
  node.memory.semi_sync_by = older(node.memory.semi_sync_by);
}

}  // namespace

void fault_moves(const State& state, int me, const World& world, const Emit& emit) {
  const Node& node = at(state, me);
  if (!node.on) return;
  const auto fault = [&](unsigned sort, Step step, bool possible, auto&& change) {
    if ((world.faults & sort) == 0 || !possible) return;
    State next = state;
    --next.faults;
    change(next, at(next, me));
    emit(next, {step, static_cast<std::uint8_t>(me), true, Breach::none});
  };
  fault(kPowerCut, Step::power_cut, true, [&](State& next, Node&) { cut_power(next, me); });
  fault(kServerCrash, Step::server_crash, node.up, [](State&, Node& mine) { end_server(mine); });
  fault(kIsolation, Step::isolation, state.isolated == 2,
        [&](State& next, Node&) { next.isolated = static_cast<std::uint8_t>(me); });
  fault(kFreeze, Step::freeze, answers(node), [](State&, Node& mine) { mine.frozen = true; });
  fault(kFull, Step::fills_up, answers(node) && !node.full,
        [](State&, Node& mine) { mine.full = true; });
  const bool runs = node.keepalived != Keepalived::down;
  fault(kKeepalivedKilled, Step::keepalived_killed, runs,
        [](State&, Node& mine) { mine.keepalived = Keepalived::down; });
  fault(kKeepalivedStopped, Step::keepalived_stopped, runs, [&](State& next, Node& mine) {
    mine.keepalived = Keepalived::down;
    tell(next, me, Event::stop, *world.rules);
  });
  fault(kLinkCut, Step::link_cut, me == 0 && !state.severed && state.isolated == 2,
        [](State& next, Node&) { next.severed = true; });
  fault(kQuorumLost, Step::quorum_lost, me == 0 && state.quorum,
        [](State& next, Node&) { next.quorum = false; });
  fault(kSleep, Step::falls_asleep, !node.asleep && !node.frozen, [](State&, Node& mine) {
    mine.asleep = true;
    mine.frozen = mine.up;
  });
  fault(kWatchFrozen, Step::watch_freezes, !node.watch_frozen && !node.asleep,
        [](State&, Node& mine) { mine.watch_frozen = true; });
  const bool works = node.job != Job::none || node.work == Work::fresh;
  fault(kAgentCrash, Step::agent_crash, works, [&](State& next, Node& mine) {
    end_job(next, me);
    mine.work = Work::died;
  });
}

namespace {

// The clock before etcd: what was slept through is the first thing that watch looks at. That the
// server is awake some milliseconds before it is not in the model.
void look_at_the_clock(State& state, int me, const Rules& rules) {
  Node& mine = at(state, me);
  if (!rules.lock() || rules.without(Mutation::lock_slept_through)) return;
  const bool serves = mine.up && mine.writable;
  if (!serves || has_lease(state, me)) return;
  stop_writes(mine, rules);
  if (mine.job == Job::none && mine.event == Event::master) mine.work = Work::fenced;
}

// Who does not renew loses it once its time is over. That is not before its own writes have
// stopped: agent/lock_times.h has the arithmetic, and a test of it. A machine that sleeps is
// outside of time.
bool lease_may_end(const State& state, const Rules& rules) {
  if (state.lease == Holder::none) return false;
  if (state.lease_old) return true;
  const int me = state.lease == Holder::first ? 0 : 1;
  const Node& node = at(state, me);
  if (renews(state, me)) return false;
  if (node.asleep || rules.without(Mutation::lock_outlived)) return true;
  if (node.watch_frozen && rules.without(Mutation::lock_not_checked)) return true;
  const bool lifts = node.job == Job::lift || node.job == Job::look;
  return !(node.up && node.writable) && !lifts;
}

}  // namespace

void recovery_moves(const State& state, int me, const World& world, const Emit& emit) {
  const Node& node = at(state, me);
  const auto recovery = [&](Step step, bool possible, auto&& change) {
    if (!possible) return;
    State next = state;
    change(next, at(next, me));
    emit(next, {step, static_cast<std::uint8_t>(me), false, Breach::none});
  };
  recovery(Step::power_on, !node.on, [](State&, Node& mine) {
    mine.on = true;
    mine.keepalived = Keepalived::init;
  });
  const bool down = node.on && !node.up;
  recovery(Step::server_restart, down && !node.asleep,
           [](State&, Node& mine) { start_server(mine); });
  recovery(Step::server_restart_lost_relay_log, down && !node.asleep && has_backlog(state, me),
           [&](State& next, Node& mine) {
             start_server(mine);
             lose_relay_log(next, me);
           });
  recovery(Step::heal, state.isolated == me, [](State& next, Node&) { next.isolated = 2; });
  recovery(Step::link_mended, me == 0 && state.severed,
           [](State& next, Node&) { next.severed = false; });
  recovery(Step::quorum_back, me == 0 && !state.quorum,
           [](State& next, Node&) { next.quorum = true; });
  recovery(Step::wakes, node.asleep, [&](State& next, Node& mine) {
    mine.asleep = false;
    mine.frozen = false;
    look_at_the_clock(next, me, *world.rules);
  });
  recovery(Step::watch_thaws, node.watch_frozen, [&](State& next, Node& mine) {
    mine.watch_frozen = false;
    look_at_the_clock(next, me, *world.rules);
  });
  recovery(Step::lease_ends, me == 0 && lease_may_end(state, *world.rules), [](State& next, Node&) {
    next.lease = Holder::none;
    next.lease_old = false;
  });
  recovery(Step::thaw, node.frozen && !node.asleep,
           [](State&, Node& mine) { mine.frozen = false; });
  recovery(Step::lets_in_again, node.full, [](State&, Node& mine) { mine.full = false; });
  recovery(Step::keepalived_restart, node.on && node.keepalived == Keepalived::down,
           [](State&, Node& mine) { mine.keepalived = Keepalived::init; });
}

}  // namespace ha::model
