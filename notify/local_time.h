// Wall clock times for people. Thread-safe.
#pragma once
#include <cstdint>
#include <string>

namespace ha {

/// "2026-11-20 14:18:42 +08:00": local time with its offset.
std::string format_local_time(std::int64_t wall_ms);

}  // namespace ha
