// What several formats share: texts within a limit, colours, and the words in which vendors say
// "not now". Pure.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "notify/format.h"

namespace ha {

/// What makes a text harmless in a vendor's markup.
using Escape = std::string (*)(std::string_view);

/// The whole text without markup, valid UTF-8, at most `max_bytes`.
std::string text_within(const Message& message, std::size_t max_bytes);
/// The body's lines, each through `line`, at most `max_bytes` once they are written as JSON: where
/// a vendor limits the whole request, what JSON escapes counts.
std::string body_within(const Message& message, std::size_t max_bytes, Escape line,
                        std::string_view between);
std::string title_within(const Message& message, std::size_t max_bytes);

struct TitleMarkup {
  std::string_view before;
  std::string_view after;
  Escape escape;
};
/// The title in its markup, which takes half of `max_bytes` at most; then the body's lines.
std::string titled_within(const Message& message, std::size_t max_bytes, const TitleMarkup& title,
                          Escape line);

/// A character that means something in a vendor's markup gets a backslash before it.
std::string markdown_escaped(std::string_view text);
/// & < > as entities.
std::string markup_escaped(std::string_view text);

/// One of four, by how grave the message is; an end is good whatever it ends.
std::string_view by_severity(const Message& message, std::string_view good, std::string_view info,
                             std::string_view warning, std::string_view critical);
/// Whether somebody is to be called by name.
bool calls(const WebhookConfig& channel, const Message& message);

/// A request with the channel's URL and this body.
WebhookRequest post_json(const WebhookConfig& channel, const nlohmann::json& body);

/// "HTTP 200, but the reply says …".
std::string said(int status, const std::string& body);

/// Robots that answer with a number: 0 is OK, `busy` is tried again after a minute at the earliest,
/// `too_long` in a lesser form, any other is final. nullopt: the reply has no such number.
std::optional<Judged> judge_code(int status, const std::string& body, std::string_view key,
                                 std::initializer_list<std::int64_t> busy,
                                 std::initializer_list<std::int64_t> too_long);
/// A 2xx whose body should have been JSON of the vendor's, and is not.
Judged not_understood(int status, const std::string& body);
bool is_2xx(int status);

/// A wait in seconds as a vendor names it, which may be anything: from 0 to a million of them.
Millis wait_of(std::int64_t seconds);

/// The limits of Chinese robots are by the minute.
constexpr Millis kRobotsMinute{60'000};

}  // namespace ha
