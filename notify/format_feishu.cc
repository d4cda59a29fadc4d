#include "notify/format_feishu.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "agent/base64.h"
#include "agent/crypto.h"
#include "notify/format_parts.h"

namespace ha {
namespace {

using nlohmann::json;

// The vendor's limit is 20 KB of the whole body: the title, who is called and the rest need some.
constexpr std::size_t kMax = 17'000;
constexpr std::size_t kShort = 3'000;
constexpr std::size_t kTitle = 300;
constexpr std::int64_t kGeneral = 9499;  // several things: the message says which

std::string called(const WebhookConfig& channel) {
  std::string text;
  for (const std::string& who : channel.mention) {
    text += fmt::format("\n<at id={}></at>", who == "@all" ? "all" : markup_escaped(who));
  }
  return text;
}

json card_of(const WebhookConfig& channel, const Message& message, std::size_t max) {
  std::string text = body_within(message, max, markdown_escaped, "\n");
  if (calls(channel, message)) text += called(channel);
  json elements = json::array();
  if (!text.empty()) {
    elements.push_back({{"tag", "div"}, {"text", {{"tag", "lark_md"}, {"content", text}}}});
  }
  return {{"config", {{"wide_screen_mode", true}}},
          {"header",
           {{"title", {{"tag", "plain_text"}, {"content", title_within(message, kTitle)}}},
            {"template", by_severity(message, "green", "blue", "orange", "red")}}},
          {"elements", std::move(elements)}};
}

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  json body;
  if (moment.degree == Degree::plain) {
    body = {{"msg_type", "text"}, {"content", {{"text", text_within(message, kShort)}}}};
  } else {
    body = {{"msg_type", "interactive"},
            {"card", card_of(channel, message, moment.degree == Degree::full ? kMax : kShort)}};
  }
  if (!channel.secret.empty()) {
    const std::int64_t seconds = moment.now_ms / 1000;
    body["timestamp"] = std::to_string(seconds);
    body["sign"] = feishu_sign(channel.secret, seconds);
  }
  return post_json(channel, body);
}

bool names_a_limit(const json& reply) {
  const auto msg = reply.find("msg");
  if (msg == reply.end() || !msg->is_string()) return false;
  std::string text = msg->get<std::string>();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.find("too many request") != std::string::npos;
}

std::optional<Judged> judge(int status, const std::string& body) {
  const json reply = json::parse(body, nullptr, false);
  const bool general = reply.is_object() && reply.contains("code") && reply["code"] == kGeneral;
  // That one may come as HTTP 400.
  if (general && names_a_limit(reply)) {
    return Judged{Fate::retry, said(status, body), kRobotsMinute};
  }
  if (!is_2xx(status)) return std::nullopt;
  if (auto judged = judge_code(status, body, "code", {11232, 99991400}, {})) return judged;
  if (auto judged = judge_code(status, body, "StatusCode", {}, {})) return judged;
  return not_understood(status, body);
}

}  // namespace

std::string feishu_sign(const std::string& secret, std::int64_t seconds) {
  return base64(hmac_sha256(fmt::format("{}\n{}", seconds, secret), ""));
}

const WebhookFormat kFormatFeishu{"feishu", 90, 9000, request, judge};
const WebhookFormat kFormatLark{"lark", 90, 9000, request, judge};

}  // namespace ha
