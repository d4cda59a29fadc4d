#include "notify/format_slack.h"

#include "notify/format_parts.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::size_t kMax = 12'000;
constexpr std::size_t kShort = 3'000;

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  const std::size_t max = moment.degree == Degree::full ? kMax : kShort;
  if (moment.degree == Degree::plain) {
    return post_json(channel, {{"text", markup_escaped(text_within(message, max))}});
  }
  const std::string before =
      std::string(by_severity(
          message, ":white_check_mark:", ":information_source:", ":warning:", ":rotating_light:")) +
      " *";
  return post_json(
      channel,
      {{"text", titled_within(message, max, {before, "*", markup_escaped}, markup_escaped)}});
}

// Slack says "ok", its clones anything; `ok: false` is Slack's web API's.
std::optional<Judged> judge(int status, const std::string& body) {
  if (status == 400 && body.find("too_long") != std::string::npos) {
    return Judged{Fate::lesser, said(status, body)};
  }
  if (!is_2xx(status)) return std::nullopt;
  const json reply = json::parse(body, nullptr, false);
  if (!reply.is_object() || !reply.contains("ok") || reply["ok"] != false) return std::nullopt;
  const std::string error = reply.value("error", json("")).dump();
  const bool busy = error.find("rate") != std::string::npos;
  if (error.find("too_long") != std::string::npos) return Judged{Fate::lesser, said(status, body)};
  return Judged{busy ? Fate::retry : Fate::dead, said(status, body)};
}

}  // namespace

const WebhookFormat kFormatSlack{"slack", 50, 10000, request, judge};

}  // namespace ha
