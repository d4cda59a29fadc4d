// An outbox that is too full: on a channel that takes digests the oldest entries become one, what
// is least grave first; on another they are given up and kept in dead/. What is critical stays as
// it is, however much that is.
#pragma once
#include "agent/config.h"
#include "agent/state_dir.h"
#include "notify/channel.h"

namespace ha {

/// Takes the channel's lock; does nothing when somebody delivers just now. Failures are logged.
/// `most`: kOutboxMax but in a test.
void make_room(const StateDir& dir, const Config& config, const Channel& channel, std::size_t most);

}  // namespace ha
