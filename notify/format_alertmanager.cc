#include "notify/format_alertmanager.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "notify/format_parts.h"
#include "notify/utf8.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::size_t kSummary = 1000;
constexpr std::size_t kDescription = 20'000;
/// A moment has no end; Alertmanager wants one, and tells nobody of what is over already.
constexpr std::int64_t kMomentMs = 300'000;

std::string rfc3339(std::int64_t wall_ms) {
  const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc, wall_ms % 1000);
}

json alert_of(const Message& message, json labels, std::int64_t starts_ms,
              std::optional<std::int64_t> ends_ms) {
  json alert{{"labels", std::move(labels)},
             {"annotations",
              {{"summary", title_within(message, kSummary)},
               {"description", text_within(message, kDescription)},
               {"event_id", message.event_id},
               {"node", message.node}}},
             {"startsAt", rfc3339(starts_ms)}};
  if (ends_ms) alert["endsAt"] = rfc3339(*ends_ms);
  return alert;
}

// The end of a condition has to have its labels, so nothing that may change is among them.
json labels_of_condition(const Message& message) {
  json labels{
      {"alertname", message.condition}, {"job", "ha-agent"}, {"dedup_key", message.dedup_key}};
  // Of a rule it is the configuration's.
  if (message.rule) labels["severity"] = to_string(message.severity);
  return labels;
}

// Without an end Alertmanager takes what is not repeated within its resolve_timeout for over.
std::optional<std::int64_t> believed_until(const Message& message, const Moment& moment) {
  if (message.believed == Millis{0}) return std::nullopt;
  return moment.now_ms + message.believed.count();
}

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  json alerts = json::array();
  if (message.firing) {
    alerts.push_back(alert_of(message, labels_of_condition(message), message.at_ms,
                              believed_until(message, moment)));
  }
  if (message.resolved) {
    // The clock may have been set back since.
    alerts.push_back(alert_of(message, labels_of_condition(message),
                              std::min(message.at_ms, moment.now_ms), moment.now_ms));
  }
  // What is no condition is told as itself; a transition that ends one is an event, too.
  const bool is_condition = message.firing || (message.resolved && message.rule);
  if (!is_condition) {
    json labels{{"alertname", message.condition + "_event"},
                {"job", "ha-agent"},
                {"node", message.node},
                {"event_id", message.event_id},
                {"severity", to_string(message.severity)}};
    if (!message.state.empty()) labels["state"] = message.state;
    alerts.push_back(
        alert_of(message, std::move(labels), message.at_ms, moment.now_ms + kMomentMs));
  }
  return post_json(channel, alerts);
}

std::optional<Judged> judge(int status, const std::string& body) {
  if (status == 200) return Judged{Fate::ok, ""};
  return is_2xx(status) ? std::optional(not_understood(status, body)) : std::nullopt;
}

}  // namespace

const WebhookFormat kFormatAlertmanager{"alertmanager", 600, 0, request, judge};

}  // namespace ha
