// One state of the modelled pair: two nodes with keepalived, a MySQL server with semi-sync, the
// record and the agent's work; the network; and which writes are where. Plain values; pack() makes
// the key of the visited set. What is not in here is abstracted away: times (but see Node::due),
// several replicas, more than one database, lag.
#pragma once
#include <array>
#include <cstdint>
#include <string>

namespace ha::model {

enum class Keepalived : std::uint8_t { down, init, backup, master, fault };
enum class Io : std::uint8_t { none, running, connecting };  ///< what the receiver believes
enum class Event : std::uint8_t { none, master, backup, fault, stop };
/// What became of the newest event; `fresh` is not begun yet.
enum class Work : std::uint8_t { none, fresh, running, done, refused, fenced, died };
/// The step that the agent does next; `broken`: its connection to the server ended meanwhile.
enum class Job : std::uint8_t {
  none,
  wait,     ///< is the peer silent?
  waiting,  ///< it is: until an isolated one has fenced itself
  fence,
  fence_waited,
  drain,
  judge,
  lift,
  look,
  demote,
  follow,
  broken,
};
/// Which process a record speaks of.
enum class Process : std::uint8_t { unknown, now, earlier };
enum class Holder : std::uint8_t { none, first, second };

struct Memory {  // the agent's Record, finite
  std::uint8_t freshness = 0;
  bool sole_holder = false;
  bool semi_sync = false;
  Process semi_sync_by = Process::unknown;
  Process server = Process::unknown;
  Process promoted = Process::unknown;
};

struct Node {
  bool on = true;
  Keepalived keepalived = Keepalived::init;
  // the server
  bool up = true;
  bool frozen = false;  ///< with a machine that sleeps, too
  bool full = false;    ///< too many connections: lets nobody in; who is in goes on
  bool writable = false;
  Io io = Io::none;    ///< none: no source configured
  bool armed = false;  ///< semi-sync is enabled, on either side
  bool waits = false;  ///< as a source: commits wait for the replica (status ON and one connected)
  Holder lock = Holder::none;  ///< GET_LOCK on this server
  // the agent
  Event event = Event::none;
  Work work = Work::none;
  Job job = Job::none;
  bool had_event = false;  ///< ever
  bool asleep = false;     ///< the whole machine stands, as a virtual one that is paused
  bool watch_frozen = false;
  bool serving = false;  ///< promoted, and not demoted since
  Memory memory;
  // ghosts: not seen by the agent
  bool due =
      false;  ///< silent since before the peer's wait began, which so ends after our self-fence
  bool behind = false;  ///< a look of this node's could tell that it may lack writes
};

/// Writes are told apart by where they are and how they were acknowledged; several of one kind are
/// as good as one, and one that both servers executed can be forgotten.
enum class Place : std::uint8_t { first_only, first_then_second, second_only, second_then_first };
enum class Ack : std::uint8_t { none, unprotected, protected_ };
constexpr int kAcks = 3;
constexpr int kPlaces = 4;

struct State {
  std::array<Node, 2> node;
  std::uint16_t writes = 0;     ///< bit place * kAcks + ack
  std::uint8_t isolated = 2;    ///< the node that sees neither peer nor witness; 2: none
  bool severed = false;         ///< the nodes do not see each other, and both see the third machine
  bool quorum = true;           ///< etcd's
  Holder lease = Holder::none;  ///< who has the lock in etcd
  bool lease_old = false;       ///< by a boot that is over: nobody renews it
  std::uint8_t faults = 0;      ///< that may still happen

  bool has(Place place, Ack ack) const {
    return ((writes >> (static_cast<int>(place) * kAcks + static_cast<int>(ack))) & 1) != 0;
  }
  void add(Place place, Ack ack) {
    writes = static_cast<std::uint16_t>(
        writes | (1U << (static_cast<unsigned>(place) * kAcks + static_cast<unsigned>(ack))));
  }
};

struct Key {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const Key&) const = default;
};

Key pack(const State& state);
State unpack(const Key& key);

inline int other(int node) {
  return 1 - node;
}
inline bool linked(const State& state) {
  return state.isolated == 2 && !state.severed && state.node[0].on && state.node[1].on;
}
inline Holder holder(int node) {
  return node == 0 ? Holder::first : Holder::second;
}
/// etcd's quorum answers the node.
inline bool reaches_etcd(const State& state, int node) {
  const Node& mine = state.node[static_cast<unsigned>(node)];
  return state.quorum && mine.on && !mine.asleep && state.isolated != node;
}
/// The node has the lock, of this boot.
inline bool has_lease(const State& state, int node) {
  return state.lease == holder(node) && !state.lease_old;
}
/// Its watch keeps it.
inline bool renews(const State& state, int node) {
  return has_lease(state, node) && reaches_etcd(state, node) &&
         !state.node[static_cast<unsigned>(node)].watch_frozen;
}
/// The own agent gets an answer from the server.
inline bool answers(const Node& node) {
  return node.on && node.up && !node.frozen;
}
/// `me` gets an answer from the other node's server.
inline bool peer_answers(const State& state, int me) {
  return linked(state) && answers(state.node[static_cast<unsigned>(other(me))]);
}
/// The own agent is let in.
inline bool lets_in(const Node& node) {
  return answers(node) && !node.full;
}
/// `me` is let in by the other node's server.
inline bool peer_lets_in(const State& state, int me) {
  return peer_answers(state, me) && !state.node[static_cast<unsigned>(other(me))].full;
}
inline bool takes_writes(const Node& node) {
  return answers(node) && node.writable;
}
/// The receiver of `me` really gets what the other server writes.
inline bool streams(const State& state, int me) {
  return answers(state.node[static_cast<unsigned>(me)]) && peer_answers(state, me) &&
         state.node[static_cast<unsigned>(me)].io == Io::running;
}

/// One line for people.
std::string describe(const State& state);

}  // namespace ha::model
