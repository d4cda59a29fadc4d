#include "notify/format_teams.h"

#include "notify/format_parts.h"

namespace ha {
namespace {

using nlohmann::json;

// The vendor's limit is 28 KB of the whole body: the title and the rest need some.
constexpr std::size_t kMax = 25'000;
constexpr std::size_t kShort = 3'000;
constexpr std::size_t kTitle = 300;

json block(const std::string& text) {
  return {{"type", "TextBlock"}, {"text", text}, {"wrap", true}};
}

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  json title = block(markdown_escaped(title_within(message, kTitle)));
  title["weight"] = "Bolder";
  title["color"] = by_severity(message, "Good", "Accent", "Warning", "Attention");
  json blocks = json::array({std::move(title)});
  const std::size_t max = moment.degree == Degree::full ? kMax : kShort;
  // A blank line is what makes a new one in a card.
  const std::string body = body_within(message, max, markdown_escaped, "\n\n");
  if (!body.empty() && moment.degree != Degree::plain) blocks.push_back(block(body));
  const json card{{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                  {"type", "AdaptiveCard"},
                  {"version", "1.2"},
                  {"body", std::move(blocks)}};
  return post_json(
      channel,
      {{"type", "message"},
       {"attachments", json::array({{{"contentType", "application/vnd.microsoft.card.adaptive"},
                                     {"contentUrl", nullptr},
                                     {"content", card}}})}});
}

// A 200 may carry an error's text, and the error may be another service's 429.
std::optional<Judged> judge(int status, const std::string& body) {
  if (status == 413) return Judged{Fate::lesser, said(status, body)};
  if (!is_2xx(status)) return std::nullopt;
  if (status == 202 || excerpt(body).empty() || body == "1") return Judged{Fate::ok, ""};
  if (body.find("error") == std::string::npos && body.find("fail") == std::string::npos) {
    return Judged{Fate::ok, ""};
  }
  const bool busy =
      body.find("429") != std::string::npos || body.find("throttl") != std::string::npos;
  return Judged{busy ? Fate::retry : Fate::dead, said(status, body)};
}

}  // namespace

const WebhookFormat kFormatTeams{"teams", 50, 12000, request, judge};

}  // namespace ha
