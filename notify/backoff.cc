#include "notify/backoff.h"

#include <algorithm>

namespace ha {

Millis backoff(int attempts, double fraction, std::optional<Millis> retry_after) {
  if (retry_after) return std::clamp(*retry_after, Millis{0}, kRetryAfterMax);
  Millis limit = kBackoffFirst;
  for (int i = 1; i < attempts && limit < kBackoffMax; ++i) limit *= 2;
  limit = std::min(limit, kBackoffMax);
  return Millis{static_cast<Millis::rep>(static_cast<double>(limit.count()) *
                                         std::clamp(fraction, 0.0, 1.0))};
}

bool is_due(std::int64_t next_at_ms, std::int64_t now_ms) {
  return next_at_ms <= now_ms || next_at_ms - now_ms > kRetryAfterMax.count();
}

}  // namespace ha
