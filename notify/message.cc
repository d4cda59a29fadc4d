#include "notify/message.h"

#include "agent/crypto.h"
#include "agent/texts.h"
#include "notify/alert_text.h"
#include "notify/local_time.h"

namespace ha {
namespace {

constexpr std::size_t kMaxName = 128;
/// A repetition may come late by a backlog or a fallback.
constexpr Millis kLateRepeat{600'000};
/// What is told once only is believed for as long as vendors keep a thing open at most.
constexpr Millis kNoRepeat{30LL * 24 * 3'600'000};

/// A transition that went wrong lasts, until the same node's next one goes well.
std::string role_key(const Alert& alert) {
  return hex(sha256(alert.vip + "/" + alert.instance + "/role/" + alert.node));
}

void describe_rule(const Alert& alert, Message& message) {
  message.firing = alert.subject == Subject::rule_firing;
  message.resolved = !message.firing;
  message.well = message.resolved;
  message.rule = true;
  message.condition = alert.rule->name;
  message.dedup_key = hex(sha256(alert.vip + "/" + alert.instance + "/rule/" + rule_key(alert)));
  const Millis repeat = alert.rule->repeat;
  message.believed = repeat > Millis{0} ? repeat + repeat / 2 + kLateRepeat : kNoRepeat;
}

}  // namespace

Message message_of(const Alert& alert, Lang lang, std::int64_t now_ms) {
  Message message;
  message.title = alert_headline(alert, lang);
  message.body = alert_lines(alert, lang, now_ms);
  message.severity = severity_of(alert);
  message.lang = lang;
  message.event_id = alert.event_id;
  message.condition = to_string(alert.subject);
  message.dedup_key = alert.event_id;
  message.node = alert.node;
  message.instance = alert.instance;
  message.vip = alert.vip;
  if (alert.to != State::none) message.state = to_string(alert.to);
  message.at_ms = alert.at_ms;
  if (alert.subject == Subject::transition) {
    message.firing = message.severity == Severity::critical;
    message.well = alert.outcome == Outcome::done && !message.firing;
    message.resolved = !alert.ends.empty();
    message.condition = "role";
    if (message.firing || message.resolved) message.dedup_key = role_key(alert);
    if (message.firing) message.believed = kNoRepeat;
  } else if (alert.rule) {
    describe_rule(alert, message);
  }
  return message;
}

Message test_message(const std::string& node, const std::string& channel, Lang lang,
                     std::int64_t now_ms) {
  Message message;
  message.title = say(lang, Text::test_message, fmt::arg("node", quiet_text(node, kMaxName)),
                      fmt::arg("channel", quiet_text(channel, kMaxName)),
                      fmt::arg("time", format_local_time(now_ms)));
  message.lang = lang;
  message.event_id = "test";
  message.dedup_key = "ha-agent-test/" + node;
  message.node = node;
  message.at_ms = now_ms;
  return message;
}

std::string plain_text(const Message& message) {
  std::string text = message.title;
  for (const std::string& line : message.body) text += "\n" + line;
  return text;
}

}  // namespace ha
