#include "notify/format_generic.h"

#include <fmt/format.h>

#include <map>

#include "notify/format_parts.h"
#include "notify/format_text.h"
#include "notify/local_time.h"
#include "notify/utf8.h"

namespace ha {
namespace {

using nlohmann::json;
using Names = std::map<std::string, std::string, std::less<>>;

constexpr std::size_t kTitle = 500;
constexpr std::size_t kMax = 16'000;
constexpr std::size_t kShort = 2'000;

Names names_of(const Message& message, Degree degree) {
  return {{"title", title_within(message, kTitle)},
          {"text", text_within(message, degree == Degree::full ? kMax : kShort)},
          {"severity", to_string(message.severity)},
          {"status", message.firing     ? "firing"
                     : message.resolved ? "resolved"
                                        : "event"},
          {"node", message.node},
          {"instance", message.instance},
          {"state", message.state},
          {"event_id", message.event_id},
          {"dedup_key", message.dedup_key},
          {"time", format_local_time(message.at_ms)}};
}

/// What is in braces and no name stays as it is.
std::string filled(const std::string& text, const Names& names) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('{', at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    const auto name = names.find(std::string_view(text).substr(open + 1, close - open - 1));
    if (name == names.end()) {
      out += '{';
      at = open + 1;
    } else {
      out += clean_text(name->second, false);
      at = close + 1;
    }
  }
  return out;
}

void fill(json& value, const Names& names) {
  if (value.is_string()) {
    value = filled(value.get<std::string>(), names);
  } else if (value.is_structured()) {
    for (auto& each : value) fill(each, names);
  }
}

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  json body = json::parse(channel.template_text, nullptr, false);
  if (body.is_discarded()) return fail("template_file is no JSON", ErrorKind::config);
  fill(body, names_of(message, moment.degree));
  WebhookRequest made = post_json(channel, body);
  made.headers = channel.headers;
  return made;
}

std::optional<Judged> judge(int status, const std::string& body) {
  if (status == 413) return Judged{Fate::lesser, said(status, body)};
  return kFormatText.judge(status, body);
}

}  // namespace

const WebhookFormat kFormatGeneric{"generic", 60, 12000, request, judge};

}  // namespace ha
