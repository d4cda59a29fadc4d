#include "notify/alert.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>

#include "agent/log.h"
#include "agent/role_state.h"
#include "notify/channel.h"
#include "notify/outbox.h"
#include "notify/room.h"
#include "notify/told_trouble.h"
#include "notify/unspooled.h"

namespace ha {
namespace {

/// The word of `events` that lets an alert pass; empty: it is told always.
std::string event_word(const Alert& alert) {
  switch (alert.subject) {
    case Subject::transition:
      return std::string(to_string(alert.to));
    case Subject::maintenance_begun:
    case Subject::maintenance_goes_on:
    case Subject::maintenance_ended:
    case Subject::switchover_begun:
    case Subject::switchover_ended:
      return "operator";
    case Subject::rule_firing:
    case Subject::rule_resolved:
      return "rule";
    case Subject::lock_lost:
    case Subject::channel_dead:
    case Subject::digest:
      break;
  }
  return "";
}

Severity severity_of_transition(const Alert& alert) {
  switch (alert.outcome) {
    case Outcome::refused:
    case Outcome::failed:
    case Outcome::interrupted:
      return Severity::critical;
    case Outcome::overtaken:
    case Outcome::superseded:
    case Outcome::recorded:
    case Outcome::suspended:
      return alert.problems.empty() ? Severity::info : Severity::warning;
    case Outcome::done:
      break;
  }
  const bool loud = alert.to == State::master || alert.to == State::fault;
  return loud || !alert.problems.empty() ? Severity::warning : Severity::info;
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
    case Subject::channel_dead:
      return "channel-dead";
    case Subject::digest:
      return "digest";
    case Subject::rule_firing:
      return "rule-firing";
    case Subject::rule_resolved:
      return "rule-resolved";
    case Subject::transition:
      break;
  }
  return "transition";
}

const char* to_string(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::critical:
      break;
  }
  return "critical";
}

Severity severity_of(const Alert& alert) {
  switch (alert.subject) {
    case Subject::transition:
      return severity_of_transition(alert);
    case Subject::lock_lost:
      return Severity::critical;
    case Subject::channel_dead:
      return Severity::warning;
    case Subject::digest:
    case Subject::rule_firing:
    case Subject::rule_resolved:
      return alert.graveness;
    case Subject::switchover_ended:
      return alert.outcome == Outcome::done ? Severity::info : Severity::critical;
    case Subject::maintenance_begun:
    case Subject::maintenance_goes_on:
    case Subject::maintenance_ended:
      return Severity::warning;
    case Subject::switchover_begun:
      break;
  }
  return Severity::info;
}

bool channel_wants(const ChannelConfig& channel, const Alert& alert) {
  const auto tells = [&](const std::string& word) {
    return std::any_of(channel.events.begin(), channel.events.end(), [&](const std::string& event) {
      return ::strcasecmp(event.c_str(), word.c_str()) == 0;
    });
  };
  if (std::any_of(alert.ends.begin(), alert.ends.end(), tells)) return true;
  if (severity_of(alert) < channel.severity) return false;
  const std::string word = event_word(alert);
  return word.empty() || tells(word);
}

std::string rule_key(const Alert& alert) {
  if (!alert.rule) return {};
  const std::string node = is_of_node(alert.rule->metric) ? alert.node : "";
  return fmt::format("{}/{}/{}", alert.rule->name, alert.rule->about, node);
}

std::string problem_of(const AlertStep& step) {
  return fmt::format("{}: {}: {}", step.resource, step.step, step.detail);
}

Status enqueue_alert(const StateDir& dir, const Config& config, const Alert& alert,
                     const std::string& but_not_on) {
  const Outbox outbox(dir);
  Status result;
  const Trouble open = read_trouble(dir);
  Alert whole = alert;
  whole.ends = ended_by(open, alert);
  for (const Channel& channel : channels_of(config)) {
    if (channel.name() == but_not_on || !channel_wants(*channel.config, whole)) continue;
    OutboxEntry entry;
    entry.channel = channel.name();
    entry.alert = whole;
    entry.created_at_ms = wall_ms();
    if (auto added = outbox.add(entry); !added) {
      log::error(fmt::format("cannot keep the alert {} ({} {} on {}): {}; sending it directly",
                             entry.id(), to_string(alert.to), alert.instance, alert.node,
                             added.error().message));
      unspooled::keep(dir, std::move(entry));
      result = std::move(added);
    }
    make_room(dir, config, channel, kOutboxMax);
  }
  // Last: whoever is killed before it ends the trouble twice, which is nothing, and not never.
  if (auto kept = write_trouble(dir, open_after(open, alert)); !kept) {
    log::warning(kept.error().message);
  }
  return result;
}

}  // namespace ha
