// One webhook format: how a message becomes a request, and what the vendor's answer means. A
// further format is one small file and one line in the table of format.cc. Formats are pure;
// signatures and the like are made anew for each try, never spooled.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "notify/message.h"
#include "notify/reply.h"

namespace ha {

/// How much of itself a message may be. A vendor that finds one too long, or cannot read its
/// markup, gets a lesser one at once.
enum class Degree { full, shorter, plain };

struct Moment {
  std::int64_t now_ms = 0;  ///< wall clock, for signatures and their like
  Degree degree = Degree::full;
  std::string nonce;  ///< never the same twice
};

struct WebhookRequest {
  std::string url;   ///< a secret
  std::string body;  ///< UTF-8
  std::string content_type = "application/json; charset=utf-8";
  std::vector<std::string> headers;  ///< "Name: value"; secrets
};

struct WebhookFormat {
  std::string_view name;     ///< the `format` key's value
  int per_minute;            ///< messages; with a burst of three still below the vendor's limit
  std::size_t digest_bytes;  ///< of a text that is not cut; 0: each alert goes on its own
  /// An error is the configuration's, such as a template that is no JSON.
  Result<WebhookRequest> (*request)(const WebhookConfig& channel, const Message& message,
                                    const Moment& moment);
  /// Judges an answer of any status; nullopt leaves it to judge_status(), and then to "fine".
  std::optional<Judged> (*judge)(int status, const std::string& body);
};

/// nullptr when there is no such format.
const WebhookFormat* find_format(std::string_view name);
std::vector<std::string_view> format_names();

/// The whole judgement: a transport error is retried, then the format's own word counts, then the
/// common rule.
Judged judge_reply(const WebhookFormat& format, int status, const std::string& body,
                   const std::string& transport_error);

}  // namespace ha
