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
  if (state.isolated == me) state.isolated = 2;
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
  const bool runs = node.keepalived != Keepalived::down;
  fault(kKeepalivedKilled, Step::keepalived_killed, runs,
        [](State&, Node& mine) { mine.keepalived = Keepalived::down; });
  fault(kKeepalivedStopped, Step::keepalived_stopped, runs, [&](State& next, Node& mine) {
    mine.keepalived = Keepalived::down;
    tell(next, me, Event::stop, *world.rules);
  });
  const bool works = node.job != Job::none || node.work == Work::fresh;
  fault(kAgentCrash, Step::agent_crash, works, [&](State& next, Node& mine) {
    end_job(next, me);
    mine.work = Work::died;
  });
}

void recovery_moves(const State& state, int me, const World&, const Emit& emit) {
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
  recovery(Step::server_restart, down, [](State&, Node& mine) { start_server(mine); });
  recovery(Step::server_restart_lost_relay_log, down && has_backlog(state, me),
           [&](State& next, Node& mine) {
             start_server(mine);
             lose_relay_log(next, me);
           });
  recovery(Step::heal, state.isolated == me, [](State& next, Node&) { next.isolated = 2; });
  recovery(Step::thaw, node.frozen, [](State&, Node& mine) { mine.frozen = false; });
  recovery(Step::keepalived_restart, node.on && node.keepalived == Keepalived::down,
           [](State&, Node& mine) { mine.keepalived = Keepalived::init; });
}

}  // namespace ha::model
