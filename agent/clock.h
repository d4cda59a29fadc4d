// The two clocks that records carry. Deadlines are steady_clock's (agent/deadline.h).
#pragma once
#include <cstdint>

namespace ha {

/// CLOCK_BOOTTIME in milliseconds: counts while suspended, restarts at boot.
std::int64_t boottime_ms();
/// Wall clock in milliseconds since 1970.
std::int64_t wall_ms();

}  // namespace ha
