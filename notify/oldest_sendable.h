// How long the alerts of a channel have waited which nothing but the channel holds up.
#pragma once
#include <cstdint>
#include <optional>

#include "agent/config.h"
#include "notify/outbox.h"

namespace ha {

/// When the oldest was made; what waits for the end of quiet_hours is left out. nullopt: none.
std::optional<std::int64_t> oldest_sendable(const Outbox& outbox, const ChannelConfig& channel,
                                            std::int64_t now_ms);

}  // namespace ha
