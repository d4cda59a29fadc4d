#include "notify/format_wecom.h"

#include <fmt/format.h>

#include "notify/format_parts.h"

namespace ha {
namespace {

using nlohmann::json;

// The vendor's limits are 2048 and 4096 bytes.
constexpr std::size_t kTextMax = 2000;
constexpr std::size_t kMarkdownMax = 4000;
constexpr std::size_t kShort = 1000;

std::string quoted_line(std::string_view line) {
  return "> " + markup_escaped(line);
}

json as_text(const WebhookConfig& channel, const Message& message, std::size_t max) {
  json text{{"content", text_within(message, max)}};
  if (calls(channel, message)) {
    for (const std::string& who : channel.mention) {
      const bool number = who.find_first_not_of("+0123456789") == std::string::npos;
      text[number ? "mentioned_mobile_list" : "mentioned_list"].push_back(who);
    }
  }
  return {{"msgtype", "text"}, {"text", std::move(text)}};
}

json as_markdown(const Message& message, std::size_t max) {
  const std::string color = fmt::format(
      "<font color=\"{}\">", by_severity(message, "info", "comment", "warning", "warning"));
  const std::string text =
      titled_within(message, max, {color, "</font>", markup_escaped}, quoted_line);
  return {{"msgtype", "markdown"}, {"markdown", {{"content", text}}}};
}

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  if (moment.degree == Degree::plain) return post_json(channel, as_text(channel, message, kShort));
  if (calls(channel, message)) {
    return post_json(channel,
                     as_text(channel, message, moment.degree == Degree::full ? kTextMax : kShort));
  }
  return post_json(channel,
                   as_markdown(message, moment.degree == Degree::full ? kMarkdownMax : kTextMax));
}

std::optional<Judged> judge(int status, const std::string& body) {
  if (!is_2xx(status)) return std::nullopt;
  if (auto judged = judge_code(status, body, "errcode", {-1, 45009}, {40058})) return judged;
  return not_understood(status, body);
}

}  // namespace

const WebhookFormat kFormatWecom{"wecom", 16, 1600, request, judge};

}  // namespace ha
