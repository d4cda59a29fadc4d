// What may happen next. Every move is a name, a node and the state it leads to; faults spend the
// state's budget, everything else (recovery, keepalived, clients, the agent) is free.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "tests/model/rules.h"
#include "tests/model/state.h"

namespace ha::model {

/// Sorts of faults, as bits.
enum Fault : unsigned {
  kPowerCut = 1,
  kServerCrash = 2,
  kIsolation = 4,
  kFreeze = 8,
  kKeepalivedKilled = 16,
  kAgentCrash = 32,
  kKeepalivedStopped = 64,
  kFull = 2048,
  kEveryFault = 127 | kFull,
  // with a lock
  kLinkCut = 128,
  kQuorumLost = 256,
  kSleep = 512,
  kWatchFrozen = 1024,
  kEveryFaultOfALock = 2047 | kFull,
};

enum class Step : std::uint8_t {
  start,
  // faults
  power_cut,
  server_crash,
  isolation,
  freeze,
  keepalived_killed,
  agent_crash,
  keepalived_stopped,
  link_cut,
  quorum_lost,
  falls_asleep,
  watch_freezes,
  fills_up,
  // recovery
  power_on,
  server_restart,
  server_restart_lost_relay_log,
  heal,
  thaw,
  keepalived_restart,
  link_mended,
  quorum_back,
  wakes,
  watch_thaws,
  lease_ends,
  lets_in_again,
  // keepalived
  check,
  becomes_master,
  yields,
  // replication and clients
  receiver_loses,
  receiver_connects,
  receives,
  applies,
  semi_sync_times_out,
  semi_sync_on,
  write_protected,
  write_unfinished,
  write_unprotected,
  // the agent: hook and watch
  look,
  begins,
  waits,
  takes_lock,
  fences_peer,
  drains,
  judges,
  lifts,
  looks_again,
  breaks_off,
  demotes,
  follows,
  watch_kills,
  watch_fences,
  watch_promotes_again,
  watch_demotes,
  watch_follows,
  stops_writes_without_lock,
  watch_fences_for_lock,
  watch_gives_back,
};

/// Violated by the move itself; the others are seen in the state it leads to.
enum class Breach : std::uint8_t { none, check_lies, passes_over_writes };

struct Move {
  Step step = Step::start;
  std::uint8_t node = 0;
  bool fault = false;
  Breach breach = Breach::none;
};

std::string describe(const Move& move);

struct World {
  Rules* rules = nullptr;
  unsigned faults = 0;  ///< sorts that may happen
};

using Emit = std::function<void(const State&, const Move&)>;
void successors(const State& state, const World& world, const Emit& emit);

// --- its parts, one file each
void fault_moves(const State& state, int me, const World& world, const Emit& emit);
void recovery_moves(const State& state, int me, const World& world, const Emit& emit);
void keepalived_moves(const State& state, int me, const World& world, const Emit& emit);
void server_moves(const State& state, int me, const World& world, const Emit& emit);
void agent_moves(const State& state, int me, const World& world, const Emit& emit);

// --- shared by them
inline Node& at(State& state, int node) {
  return state.node[static_cast<unsigned>(node)];
}
inline const Node& at(const State& state, int node) {
  return state.node[static_cast<unsigned>(node)];
}
/// The server process ends.
void end_server(Node& node);
/// The other node's server is not silent: it answers, or lets nobody in.
bool peer_is_there(const State& state, int me, const Rules& rules);
/// A server that may serve is stopped: read-only, or killed when it does not answer. True: it is.
bool stop_writes(Node& node, const Rules& rules);
/// The agent's process ends its work: locks are released.
void end_job(State& state, int node);
/// keepalived tells the hook, which begins at once unless a step still runs. That a hook is late is
/// in the model all the same: its first step may take place any time later.
void tell(State& state, int node, Event event, const Rules& rules);
/// The agent takes up the newest event.
void begin(State& state, int node, const Rules& rules);
/// A wait towards a silent peer begins now: see Node::due.
void begin_wait(State& state, int node);
/// The record and the ghost after a look by the check or by watch.
void remember_look(State& state, int node, const Decision& decision);

}  // namespace ha::model
