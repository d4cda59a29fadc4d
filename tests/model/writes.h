// Which server holds which writes.
#pragma once
#include "agent/gtid.h"
#include "tests/model/state.h"

namespace ha::model {

/// A new write on `node`; protected ones are received by the other at once.
void write_on(State& state, int node, Ack ack);
/// The receiver of `node` gets all that the other server executed.
void receive(State& state, int node);
/// `node` executes what it received.
void apply(State& state, int node);
/// `node` loses what it received and did not execute.
void lose_relay_log(State& state, int node);

bool has_backlog(const State& state, int node);
/// What `a` holds, executed or received, compared with what the other one holds.
Holds compare(const State& state, int a);
/// A write with this acknowledgement that `node` has not executed.
bool lacks(const State& state, int node, Ack ack);

}  // namespace ha::model
