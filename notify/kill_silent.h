// The step of a demotion that looks whether its server answers at all; see kill_server.h.
#pragma once
#include "agent/error.h"
#include "notify/kill_server.h"
#include "notify/session.h"

namespace ha {

/// `writable`: what the server says of itself, or why it says nothing.
StepOutcome kill_if_silent(const Result<bool>& writable, const ListenPlace& place, const Run& run,
                           Deadline deadline);

}  // namespace ha
