#include "tests/model/writes.h"

namespace ha::model {
namespace {

Place only_on(int node) {
  return node == 0 ? Place::first_only : Place::second_only;
}
// Executed by the other, received by `node`.
Place received_by(int node) {
  return node == 0 ? Place::second_then_first : Place::first_then_second;
}

bool any(const State& state, Place place) {
  constexpr unsigned kAll = (1U << kAcks) - 1;
  return ((static_cast<unsigned>(state.writes) >> (static_cast<unsigned>(place) * kAcks)) & kAll) !=
         0;
}

// Moves all writes from one place to another; nullptr: both executed them, they are forgotten.
void move(State& state, Place from, const Place* to) {
  for (int i = 0; i < kAcks; ++i) {
    const auto ack = static_cast<Ack>(i);
    if (!state.has(from, ack)) continue;
    if (to != nullptr) state.add(*to, ack);
    state.writes = static_cast<std::uint16_t>(
        state.writes & ~(1U << (static_cast<unsigned>(from) * kAcks + static_cast<unsigned>(i))));
  }
}

}  // namespace

void write_on(State& state, int node, Ack ack) {
  if (ack != Ack::protected_) {
    state.add(only_on(node), ack);
    return;
  }
  receive(state, other(node));
  state.add(received_by(other(node)), ack);
}

void receive(State& state, int node) {
  const Place to = received_by(node);
  move(state, only_on(other(node)), &to);
}

void apply(State& state, int node) {
  move(state, received_by(node), nullptr);
}

void lose_relay_log(State& state, int node) {
  const Place to = only_on(other(node));
  move(state, received_by(node), &to);
}

bool has_backlog(const State& state, int node) {
  return any(state, received_by(node));
}

Holds compare(const State& state, int a) {
  const bool more = any(state, only_on(a));
  const bool less = any(state, only_on(other(a)));
  if (!more) return Holds::same_or_less;
  return less ? Holds::diverged : Holds::ahead;
}

bool lacks(const State& state, int node, Ack ack) {
  return state.has(only_on(other(node)), ack) || state.has(received_by(node), ack);
}

}  // namespace ha::model
