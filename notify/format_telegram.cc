#include "notify/format_telegram.h"

#include "notify/format_parts.h"

namespace ha {
namespace {

using nlohmann::json;

// The vendor's limit is 4096 characters after its markup is read.
constexpr std::size_t kMax = 4000;
constexpr std::size_t kShort = 1500;

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  json body{{"chat_id", channel.chat_id}, {"disable_web_page_preview", true}};
  if (moment.degree == Degree::plain) {
    body["text"] = text_within(message, kShort);
    return post_json(channel, body);
  }
  const std::size_t max = moment.degree == Degree::full ? kMax : kShort;
  body["text"] = titled_within(message, max, {"<b>", "</b>", markup_escaped}, markup_escaped);
  body["parse_mode"] = "HTML";
  return post_json(channel, body);
}

std::optional<Judged> judge(int status, const std::string& body) {
  const json reply = json::parse(body, nullptr, false);
  if (!reply.is_object() || !reply.contains("ok")) {
    return is_2xx(status) ? std::optional(not_understood(status, body)) : std::nullopt;
  }
  if (reply["ok"] == true && is_2xx(status)) return Judged{Fate::ok, ""};
  const auto parameters = reply.find("parameters");
  if (parameters != reply.end() && parameters->is_object() && parameters->contains("retry_after") &&
      (*parameters)["retry_after"].is_number_integer()) {
    return Judged{Fate::retry, said(status, body),
                  wait_of((*parameters)["retry_after"].get<std::int64_t>())};
  }
  for (const char* lesser : {"can't parse entities", "message is too long"}) {
    if (body.find(lesser) != std::string::npos) return Judged{Fate::lesser, said(status, body)};
  }
  if (is_2xx(status)) return Judged{Fate::dead, said(status, body)};
  return std::nullopt;
}

}  // namespace

const WebhookFormat kFormatTelegram{"telegram", 16, 2800, request, judge};

}  // namespace ha
