#include "notify/alert.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>

#include "agent/log.h"
#include "agent/role_state.h"
#include "notify/outbox.h"
#include "notify/unspooled.h"

namespace ha {
namespace {

bool wants(const WebhookConfig& channel, State state) {
  const std::string word(to_string(state));
  return std::any_of(channel.events.begin(), channel.events.end(), [&](const std::string& event) {
    return ::strcasecmp(event.c_str(), word.c_str()) == 0;
  });
}

}  // namespace

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::done:
      return "done";
    case Outcome::refused:
      return "refused";
    case Outcome::failed:
      return "failed";
    case Outcome::overtaken:
      return "overtaken";
    case Outcome::superseded:
      return "superseded";
    case Outcome::interrupted:
      return "interrupted";
    case Outcome::suspended:
      return "suspended";
    case Outcome::recorded:
      break;
  }
  return "recorded";
}

const char* to_string(Subject subject) {
  switch (subject) {
    case Subject::maintenance_begun:
      return "maintenance-begun";
    case Subject::maintenance_goes_on:
      return "maintenance-goes-on";
    case Subject::maintenance_ended:
      return "maintenance-ended";
    case Subject::switchover_begun:
      return "switchover-begun";
    case Subject::lock_lost:
      return "lock-lost";
    case Subject::switchover_ended:
      return "switchover-ended";
    case Subject::transition:
      break;
  }
  return "transition";
}

std::string problem_of(const AlertStep& step) {
  return fmt::format("{}: {}: {}", step.resource, step.step, step.detail);
}

Status enqueue_alert(const StateDir& dir, const Config& config, const Alert& alert) {
  const Outbox outbox(dir);
  Status result;
  for (const WebhookConfig& channel : config.webhook) {
    if (alert.subject == Subject::transition && !wants(channel, alert.to)) continue;
    OutboxEntry entry;
    entry.channel = channel.name;
    entry.alert = alert;
    entry.created_at_ms = wall_ms();
    auto added = outbox.add(entry);
    if (added) continue;
    log::error(fmt::format("cannot keep the alert {} ({} {} on {}): {}; sending it directly",
                           entry.id(), to_string(alert.to), alert.instance, alert.node,
                           added.error().message));
    unspooled::keep(dir, std::move(entry));
    result = std::move(added);
  }
  for (const OutboxEntry& entry : outbox.bound(kOutboxMax)) {
    log::error(fmt::format("the alert {} was given up: {}", entry.id(), entry.last_error));
    journal_alert(dir, entry, "dead", Millis{0});
  }
  return result;
}

}  // namespace ha
