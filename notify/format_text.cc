#include "notify/format_text.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "notify/utf8.h"

namespace ha {
namespace {

using nlohmann::json;

// Under every clone's limit that is known, and long enough for a transition with thirty steps.
constexpr std::size_t kMaxBytes = 4000;

// Vendors' codes for "busy" and "too fast": WeCom -1 and 45009, DingTalk 130101, Feishu 11232 and
// 99991400. Any other code means that the same message would be refused again.
constexpr std::array<std::int64_t, 5> kTransient{-1, 45009, 130101, 11232, 99991400};

bool means_fine(const json& code) {
  if (code.is_number_float()) return code.get<double>() == 0.0;
  if (code.is_number()) return code == 0;
  if (code.is_boolean()) return !code.get<bool>();
  if (!code.is_string()) return true;
  const auto& word = code.get_ref<const std::string&>();
  return word.empty() || word == "0" || ::strcasecmp(word.c_str(), "ok") == 0 ||
         ::strcasecmp(word.c_str(), "success") == 0;
}

bool is_transient(const json& code) {
  return code.is_number_integer() && std::find(kTransient.begin(), kTransient.end(),
                                               code.get<std::int64_t>()) != kTransient.end();
}

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& /*moment*/) {
  const json body{{"text", truncate_utf8(clean_text(plain_text(message), false), kMaxBytes)}};
  WebhookRequest made;
  made.url = channel.url;
  made.body = body.dump();
  return made;
}

std::optional<Judged> judge(int status, const std::string& body) {
  if (status < 200 || status > 299) return std::nullopt;
  const json reply = json::parse(body, nullptr, false);
  if (!reply.is_object()) return std::nullopt;
  for (const char* key : {"errcode", "code"}) {
    const auto code = reply.find(key);
    if (code == reply.end() || means_fine(*code)) continue;
    return Judged{is_transient(*code) ? Fate::retry : Fate::dead,
                  fmt::format("HTTP {}, but the reply says {}", status, excerpt(body))};
  }
  return std::nullopt;
}

}  // namespace

const WebhookFormat kFormatText{"text", 60, 3500, request, judge};

}  // namespace ha
