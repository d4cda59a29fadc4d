#include "notify/format_pagerduty.h"

#include "agent/crypto.h"
#include "notify/format_parts.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::size_t kSummary = 1000;  // the vendor's limit is 1024 characters
constexpr std::size_t kDetails = 20'000;
constexpr std::size_t kKey = 255;  // the vendor's limit

/// Equal keys stay equal.
std::string key_of(const Message& message) {
  return message.dedup_key.size() <= kKey ? message.dedup_key : hex(sha256(message.dedup_key));
}

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  json body{{"routing_key", channel.secret},
            {"event_action", message.well ? "resolve" : "trigger"},
            {"dedup_key", key_of(message)}};
  if (!message.well) {
    json payload{{"summary", title_within(message, kSummary)},
                 {"source", message.node.empty() ? "ha-agent" : message.node},
                 {"severity", by_severity(message, "info", "info", "warning", "critical")},
                 {"component", "ha-agent"},
                 {"group", message.instance}};
    if (moment.degree == Degree::full) {
      payload["custom_details"] = {{"text", text_within(message, kDetails)},
                                   {"event_id", message.event_id},
                                   {"vip", message.vip}};
    }
    body["payload"] = std::move(payload);
  }
  return post_json(channel, body);
}

std::optional<Judged> judge(int status, const std::string& body) {
  if (status == 413) return Judged{Fate::lesser, said(status, body)};
  if (!is_2xx(status)) return std::nullopt;
  if (status == 202) return Judged{Fate::ok, ""};
  const json reply = json::parse(body, nullptr, false);
  if (reply.is_object() && reply.contains("status") && reply["status"] == "success") {
    return Judged{Fate::ok, ""};
  }
  return not_understood(status, body);
}

}  // namespace

const WebhookFormat kFormatPagerduty{"pagerduty", 100, 0, request, judge};

}  // namespace ha
