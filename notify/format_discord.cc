#include "notify/format_discord.h"

#include "notify/format_parts.h"

namespace ha {
namespace {

using nlohmann::json;

// The vendor's limit is 2000 characters; a byte is never more than one.
constexpr std::size_t kMax = 1900;
constexpr std::size_t kShort = 500;

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  std::string text;
  if (moment.degree == Degree::full) {
    text = titled_within(message, kMax, {"**", "**", markdown_escaped}, markdown_escaped);
  } else {
    text = markdown_escaped(
        text_within(message, moment.degree == Degree::shorter ? kMax / 2 : kShort));
  }
  return post_json(channel, {{"content", text}, {"allowed_mentions", {{"parse", json::array()}}}});
}

std::optional<Judged> judge(int status, const std::string& body) {
  const json reply = json::parse(body, nullptr, false);
  if (status == 429) {
    Judged judged{Fate::retry, said(status, body)};
    if (reply.is_object() && reply.contains("retry_after") && reply["retry_after"].is_number()) {
      const double seconds = reply["retry_after"].get<double>();
      if (seconds > 0 && seconds < 1e6)
        judged.wait = Millis{static_cast<Millis::rep>(seconds * 1000)};
    }
    return judged;
  }
  // 50035: invalid form body, of which the length is the only part that is ours.
  if (status == 400 && reply.is_object() && reply.contains("code") && reply["code"] == 50035) {
    return Judged{Fate::lesser, said(status, body)};
  }
  return std::nullopt;
}

}  // namespace

const WebhookFormat kFormatDiscord{"discord", 25, 1300, request, judge};

}  // namespace ha
