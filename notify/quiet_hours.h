// Whether people are to be left alone now. Pure but for the time zone.
#pragma once
#include <cstdint>

#include "agent/config.h"
#include "notify/alert.h"

namespace ha {

/// `minute` of the local day.
bool is_quiet(const QuietHours& hours, int minute);
int minute_of_day(std::int64_t wall_ms);
/// What is critical is never held, nor is the end of what was told.
bool waits_for_morning(const ChannelConfig& channel, const Alert& alert, std::int64_t wall_ms);

}  // namespace ha
