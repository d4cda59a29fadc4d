// The witnesses' word during a promotion.
#pragma once
#include "agent/config.h"
#include "agent/protocol.h"

namespace ha {

/// Asks them all and waits until the quorum is decided, at most half a second.
WitnessView ask_witnesses(const Config& config);

}  // namespace ha
