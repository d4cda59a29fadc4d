#include "notify/oldest_sendable.h"

#include "notify/quiet_hours.h"

namespace ha {
namespace {

/// How many are looked at for one that does not wait for the morning: most often one is enough.
constexpr std::size_t kFirst = 20;

}  // namespace

std::optional<std::int64_t> oldest_sendable(const Outbox& outbox, const ChannelConfig& channel,
                                            std::int64_t now_ms) {
  for (const std::size_t most : {kFirst, 2 * kOutboxMax}) {
    const auto some = outbox.waiting_of(channel.name, most);
    for (const OutboxEntry& entry : some) {
      if (!waits_for_morning(channel, entry.alert, now_ms)) return entry.created_at_ms;
    }
    if (some.size() < most) break;
  }
  return std::nullopt;
}

}  // namespace ha
