// When a failed alert is tried again. Pure.
#pragma once
#include <cstdint>
#include <optional>

#include "agent/deadline.h"

namespace ha {

constexpr Millis kBackoffFirst{1000};
constexpr Millis kBackoffMax{300'000};
/// A Retry-After beyond this is cut: no answer may put an alert off for days.
constexpr Millis kRetryAfterMax{3'600'000};

/// How long to wait after `attempts` (1 or more) failed tries: full jitter, anything from 0 to a
/// limit that doubles from 1 s to 300 s. `fraction` in [0, 1] is the random part. The server's own
/// Retry-After overrides it.
Millis backoff(int attempts, double fraction, std::optional<Millis> retry_after);

/// Whether something put off until `next_at_ms` is due. A time further ahead than any wait can be
/// means that the wall clock was set back: due.
bool is_due(std::int64_t next_at_ms, std::int64_t now_ms);

}  // namespace ha
