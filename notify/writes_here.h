// Whether clients may be writing on this node now.
#pragma once
#include "agent/config.h"
#include "agent/deadline.h"

namespace ha {

/// For this node's own databases to say it.
constexpr Millis kWritesAnswer{250};

/// Asks this node's databases, all within `deadline`. True when one takes writes, or does not say
/// (silent, or without rights to ask); one that is gone takes none. False where there is no
/// database.
bool may_take_writes(const Config& config, Deadline deadline);

}  // namespace ha
