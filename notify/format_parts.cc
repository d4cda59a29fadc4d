#include "notify/format_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "notify/utf8.h"

namespace ha {

using nlohmann::json;

namespace {

/// Cut before it is escaped, so that no escape is cut in two.
std::string escaped_within(std::string_view text, std::size_t max_bytes, Escape escape) {
  constexpr std::size_t kGrowth = 5;  // "&" becomes "&amp;", and nothing grows more
  std::size_t most = max_bytes;
  for (;;) {
    std::string escaped = escape(truncate_utf8(text, most));
    if (escaped.size() <= max_bytes) return escaped;
    most -= (escaped.size() - max_bytes + kGrowth - 1) / kGrowth;
  }
}

std::size_t bytes(std::string_view text) {
  return text.size();
}

std::size_t bytes_in_json(std::string_view text) {
  return text.size() + static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
           return c == '"' || c == '\\' || c == '\n';
         }));
}

std::string lines_within(const Message& message, std::size_t max_bytes,
                         std::size_t (*measure)(std::string_view), Escape line,
                         std::string_view between) {
  constexpr std::string_view kMore = "…";
  std::string text;
  std::size_t used = 0;
  for (const std::string& each : message.body) {
    std::string next(text.empty() ? "" : between);
    next += line(clean_text(each, true));
    used += measure(next);
    // Whole lines, so that no markup is cut in two.
    if (used + kMore.size() > max_bytes) {
      text += kMore;
      break;
    }
    text += next;
  }
  return text;
}

}  // namespace

std::string text_within(const Message& message, std::size_t max_bytes) {
  return truncate_utf8(clean_text(plain_text(message), false), max_bytes);
}

std::string title_within(const Message& message, std::size_t max_bytes) {
  return truncate_utf8(clean_text(message.title, true), max_bytes);
}

std::string body_within(const Message& message, std::size_t max_bytes, Escape line,
                        std::string_view between) {
  return lines_within(message, max_bytes, bytes_in_json, line, between);
}

std::string titled_within(const Message& message, std::size_t max_bytes, const TitleMarkup& title,
                          Escape line) {
  std::string text(title.before);
  text += escaped_within(clean_text(message.title, true),
                         max_bytes / 2 - title.before.size() - title.after.size(), title.escape);
  text += title.after;
  const std::string body = lines_within(message, max_bytes - text.size() - 1, bytes, line, "\n");
  return body.empty() ? text : text + "\n" + body;
}

std::string markdown_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\`*_[]#<>").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string markup_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string_view by_severity(const Message& message, std::string_view good, std::string_view info,
                             std::string_view warning, std::string_view critical) {
  if (message.severity == Severity::critical && !message.well) return critical;
  if (message.firing) return warning;
  if (message.well) return good;
  return message.severity == Severity::warning ? warning : info;
}

bool calls(const WebhookConfig& channel, const Message& message) {
  return !channel.mention.empty() && message.severity == Severity::critical && !message.well;
}

WebhookRequest post_json(const WebhookConfig& channel, const json& body) {
  WebhookRequest request;
  request.url = channel.url;
  request.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return request;
}

std::string said(int status, const std::string& body) {
  return fmt::format("HTTP {}, but the reply says {}", status, excerpt(body));
}

std::optional<Judged> judge_code(int status, const std::string& body, std::string_view key,
                                 std::initializer_list<std::int64_t> busy,
                                 std::initializer_list<std::int64_t> too_long) {
  const json reply = json::parse(body, nullptr, false);
  if (!reply.is_object()) return std::nullopt;
  const auto code = reply.find(key);
  if (code == reply.end() || !code->is_number_integer()) return std::nullopt;
  const auto number = code->get<std::int64_t>();
  if (number == 0) return Judged{Fate::ok, ""};
  const auto is_in = [&](std::initializer_list<std::int64_t> codes) {
    return std::find(codes.begin(), codes.end(), number) != codes.end();
  };
  if (is_in(busy)) return Judged{Fate::retry, said(status, body), kRobotsMinute};
  return Judged{is_in(too_long) ? Fate::lesser : Fate::dead, said(status, body)};
}

Millis wait_of(std::int64_t seconds) {
  constexpr std::int64_t kMost = 1'000'000;
  return Millis{std::clamp<std::int64_t>(seconds, 0, kMost) * 1000};
}

Judged not_understood(int status, const std::string& body) {
  return {Fate::retry,
          fmt::format("HTTP {} with a reply that is not the vendor's: {}", status, excerpt(body))};
}

bool is_2xx(int status) {
  return status >= 200 && status < 300;
}

}  // namespace ha
