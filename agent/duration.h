// Durations as operators write them: a whole number and a unit (`1500ms`, `2s`, `5m`, `1h`, `1d`).
// Pure; a missing unit, a sign, a fraction or an overflow of 64-bit milliseconds is an error.
#pragma once
#include <string>
#include <string_view>

#include "agent/deadline.h"
#include "agent/error.h"

namespace ha {

Result<Millis> parse_duration(std::string_view text);
/// The shortest exact form that parse_duration() reads back: 60000 ms is `1m`, 1500 ms is `1500ms`.
std::string format_duration(Millis value);

}  // namespace ha
