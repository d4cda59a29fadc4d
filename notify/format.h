// One webhook format: how a message becomes a request, and what the vendor's 2xx means. A further
// format is one small file and one line in the table of format.cc. Formats are pure; signatures
// and the like are made anew for each try, never spooled.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "notify/reply.h"

namespace ha {

struct WebhookRequest {
  std::string url;   ///< a secret
  std::string body;  ///< JSON, UTF-8
};

struct WebhookFormat {
  std::string_view name;  ///< the `format` key's value
  WebhookRequest (*request)(const WebhookConfig& channel, const std::string& text);
  /// Judges the body of a 2xx; anything else was judged by judge_status().
  Judged (*judge)(int status, const std::string& body);
};

/// nullptr when there is no such format.
const WebhookFormat* find_format(std::string_view name);
std::vector<std::string_view> format_names();

/// The whole judgement: the common rule first, then the format's own.
Judged judge_reply(const WebhookFormat& format, int status, const std::string& body,
                   const std::string& transport_error);

}  // namespace ha
