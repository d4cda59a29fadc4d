// What must hold. S1-S3 in every state or move; L1 over the whole graph: see search.cc.
#pragma once
#include "tests/model/moves.h"
#include "tests/model/state.h"

namespace ha::model {

enum class Property : std::uint8_t { none, s1, s2, s3, s4, l1 };

const char* name_of(Property property);

/// S1 never two writable nodes; S2 no write that was acknowledged under protection is missing from
/// a node that takes writes. The first that `state` violates.
enum class S1 : std::uint8_t { not_claimed, claimed, strictly };  ///< see Run
Property violated(const State& state, S1 s1);
Property violated(const Move& move);
/// L1's goal: one MASTER serves, and the other follows it or is stopped by divergence.
bool settled(const State& state);

}  // namespace ha::model
