#include "notify/room.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/log.h"
#include "agent/role_state.h"
#include "notify/digest.h"
#include "notify/outbox.h"

namespace ha {
namespace {

/// Only when several are gone at once is there room for a while.
constexpr std::size_t kAtOnce = 100;

std::vector<OutboxEntry> oldest(const std::vector<OutboxEntry>& all, Severity severity) {
  std::vector<OutboxEntry> found;
  for (const OutboxEntry& entry : all) {
    if (severity_of(entry.alert) != severity || entry.alert.subject == Subject::digest) continue;
    found.push_back(entry);
    if (found.size() == kAtOnce) break;
  }
  return found;
}

void log_failure(const Status& status) {
  if (!status) log::error(status.error().message);
}

// The digest first: whoever is killed in between leaves some told twice and none untold.
void coalesce(const Outbox& outbox, const Config& config, const Channel& channel,
              std::vector<OutboxEntry> entries) {
  while (!entries.empty()) {
    const std::size_t count =
        std::max<std::size_t>(1, fits_in_digest(entries, config.agent.lang, channel.digest_bytes));
    const std::vector<OutboxEntry> some(entries.begin(),
                                        entries.begin() + static_cast<std::ptrdiff_t>(count));
    entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count));
    if (count == 1) continue;
    OutboxEntry digest;
    digest.channel = channel.name();
    digest.alert = digest_of(some, config.agent.node, config.agent.lang);
    digest.created_at_ms = wall_ms();
    if (auto added = outbox.add(digest); !added) {
      log_failure(added);
      return;
    }
    for (const OutboxEntry& entry : some) log_failure(outbox.to_done(entry));
  }
}

void give_up(const StateDir& dir, const Outbox& outbox, std::vector<OutboxEntry> entries,
             std::size_t most) {
  for (OutboxEntry& entry : entries) {
    entry.last_error = fmt::format("the outbox holds {} alerts, and this one was the oldest", most);
    log::error(fmt::format("the alert {} was given up: {}", entry.id(), entry.last_error));
    log_failure(outbox.to_dead(entry));
    journal_alert(dir, entry, "dead", Millis{0});
  }
}

}  // namespace

void make_room(const StateDir& dir, const Config& config, const Channel& channel,
               std::size_t most) {
  const Outbox outbox(dir);
  const Outbox::Load load = outbox.load_of(channel.name());
  if (load.count <= most && load.bytes <= kOutboxMaxBytes) return;
  const auto lock = outbox.try_lock(channel.name());
  if (!lock) return;
  const auto all = outbox.waiting_of(channel.name(), SIZE_MAX);
  for (const Severity severity : {Severity::info, Severity::warning}) {
    auto entries = oldest(all, severity);
    if (entries.size() < 2) continue;
    if (channel.digest_bytes > 0) return coalesce(outbox, config, channel, std::move(entries));
    return give_up(dir, outbox, std::move(entries), most);
  }
}

}  // namespace ha
