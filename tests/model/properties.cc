#include "tests/model/properties.h"

#include "tests/model/writes.h"

namespace ha::model {

const char* name_of(Property property) {
  switch (property) {
    case Property::s1:
      return "S1 (never two writable nodes)";
    case Property::s2:
      return "S2 (no write acknowledged under protection is missing from the primary)";
    case Property::s3:
      return "S3 (never check = 0 on a MASTER that cannot write)";
    case Property::s4:
      return "S4 (nobody who could know that he is behind is promoted past acknowledged writes)";
    case Property::l1:
      return "L1 (once faults stop, one serves and the other follows or is stopped by divergence)";
    case Property::none:
      break;
  }
  return "none";
}

namespace {

// Right after its lift a promotion looks again: a rival that it sees then makes it undo itself.
bool looks_next(const State& state, int node) {
  return at(state, node).job == Job::look && peer_answers(state, node);
}

bool two_writable(const State& state, S1 s1) {
  if (s1 == S1::not_claimed) return false;
  if (!takes_writes(at(state, 0)) || !takes_writes(at(state, 1))) return false;
  return s1 == S1::strictly || (!looks_next(state, 0) && !looks_next(state, 1));
}

}  // namespace

Property violated(const State& state, S1 s1) {
  if (two_writable(state, s1)) return Property::s1;
  for (int node = 0; node < 2; ++node) {
    if (takes_writes(at(state, node)) && lacks(state, node, Ack::protected_)) return Property::s2;
  }
  return Property::none;
}

Property violated(const Move& move) {
  switch (move.breach) {
    case Breach::check_lies:
      return Property::s3;
    case Breach::passes_over_writes:
      return Property::s4;
    case Breach::none:
      break;
  }
  return Property::none;
}

bool settled(const State& state) {
  for (int node = 0; node < 2; ++node) {
    const Node& mine = at(state, node);
    const Node& peer = at(state, other(node));
    const bool serves = mine.keepalived == Keepalived::master && mine.event == Event::master &&
                        takes_writes(mine) && mine.work == Work::done;
    if (!serves || !linked(state) || !answers(peer) || peer.writable) continue;
    const Holds peers = compare(state, other(node));
    const bool diverged = peers == Holds::diverged || peers == Holds::ahead;
    if (streams(state, other(node)) || diverged) return true;
  }
  return false;
}

}  // namespace ha::model
