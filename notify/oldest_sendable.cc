#include "notify/oldest_sendable.h"

#include "notify/quiet_hours.h"

namespace ha {
namespace {

/// How many are looked at for one that does not wait for the morning.
constexpr std::size_t kLooked = 100;

}  // namespace

std::optional<std::int64_t> oldest_sendable(const Outbox& outbox, const ChannelConfig& channel,
                                            std::int64_t now_ms) {
  for (const OutboxEntry& entry : outbox.waiting_of(channel.name, kLooked)) {
    if (!waits_for_morning(channel, entry.alert, now_ms)) return entry.created_at_ms;
  }
  return std::nullopt;
}

}  // namespace ha
