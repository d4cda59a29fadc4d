#include "notify/format_dingtalk.h"

#include <fmt/format.h>

#include "agent/base64.h"
#include "agent/crypto.h"
#include "notify/format_parts.h"
#include "notify/url_encode.h"

namespace ha {
namespace {

using nlohmann::json;

// The vendor's limit is 20,000 bytes of the whole body: the title, who is called and the rest need
// some.
constexpr std::size_t kMax = 17'000;
constexpr std::size_t kShort = 3'000;
constexpr std::size_t kTitle = 200;

std::string list_line(std::string_view line) {
  return "- " + markdown_escaped(line);
}

json at_of(const WebhookConfig& channel, std::string& text) {
  json at{{"isAtAll", false}, {"atMobiles", json::array()}};
  for (const std::string& who : channel.mention) {
    if (who == "@all" || who == "all") {
      at["isAtAll"] = true;
    } else {
      at["atMobiles"].push_back(who);
      text += " @" + who;  // without it nobody is called
    }
  }
  return at;
}

std::string url_of(const WebhookConfig& channel, std::int64_t now_ms) {
  if (channel.secret.empty()) return channel.url;
  const char between = channel.url.find('?') == std::string::npos ? '?' : '&';
  return fmt::format("{}{}timestamp={}&sign={}", channel.url, between, now_ms,
                     url_encode(dingtalk_sign(channel.secret, now_ms)));
}

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  const std::size_t max = moment.degree == Degree::full ? kMax : kShort;
  json body;
  std::string text;
  if (moment.degree == Degree::plain) {
    text = text_within(message, max);
  } else {
    const std::string color =
        std::string(by_severity(message, "#2e7d32", "#1565c0", "#ef6c00", "#c62828"));
    text = fmt::format("### <font color={}>{}</font>\n\n", color,
                       markdown_escaped(title_within(message, kTitle))) +
           body_within(message, max, list_line, "\n");
  }
  json at;
  if (calls(channel, message)) at = at_of(channel, text);
  if (moment.degree == Degree::plain) {
    body = {{"msgtype", "text"}, {"text", {{"content", text}}}};
  } else {
    body = {{"msgtype", "markdown"},
            {"markdown", {{"title", title_within(message, kTitle)}, {"text", text}}}};
  }
  if (!at.is_null()) body["at"] = std::move(at);
  WebhookRequest made = post_json(channel, body);
  made.url = url_of(channel, moment.now_ms);
  return made;
}

std::optional<Judged> judge(int status, const std::string& body) {
  if (!is_2xx(status)) return std::nullopt;
  auto judged = judge_code(status, body, "errcode", {-1, 130101}, {460101});
  if (!judged) return not_understood(status, body);
  const json reply = json::parse(body, nullptr, false);
  const auto wait = reply.find("wait");
  if (judged->fate == Fate::retry && wait != reply.end() && wait->is_number_integer()) {
    judged->wait = std::max(kRobotsMinute, wait_of(wait->get<std::int64_t>()));
  }
  return judged;
}

}  // namespace

std::string dingtalk_sign(const std::string& secret, std::int64_t now_ms) {
  return base64(hmac_sha256(secret, fmt::format("{}\n{}", now_ms, secret)));
}

const WebhookFormat kFormatDingtalk{"dingtalk", 16, 11000, request, judge};

}  // namespace ha
