// libFuzzer target for vendors' replies: whatever a vendor, a proxy or a login page answers, each
// format judges it, says why in one printable line, and takes for success only what its vendor says
// on success. An input is a status in decimal on a line of its own, and the body.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "notify/format.h"
#include "notify/utf8.h"

namespace {

using nlohmann::json;

constexpr ha::Millis kLongestWait{1'000'000'000};

void expect(bool so, const char* what, std::string_view format, std::string_view body) {
  if (so) return;
  std::fprintf(stderr, "%.*s: %s: %.*s\n", static_cast<int>(format.size()), format.data(), what,
               static_cast<int>(body.size()), body.data());
  std::abort();
}

bool is_zero(const json& reply, const char* key) {
  const auto code = reply.find(key);
  return code != reply.end() && code->is_number_integer() && *code == 0;
}

bool is_word(const json& reply, const char* key, const char* word) {
  const auto value = reply.find(key);
  return value != reply.end() && value->is_string() && *value == word;
}

/// What the vendor's documents call a success. The formats that are not here have no such words:
/// any 2xx that does not name an error is one.
bool vendor_says_ok(std::string_view format, int status, const json& reply) {
  if (format == "alertmanager") return status == 200;
  if (format == "pagerduty" && status == 202) return true;
  const bool numbered = format == "wecom" || format == "dingtalk";
  const bool carded = format == "feishu" || format == "lark";
  const bool decides =
      numbered || carded || format == "telegram" || format == "aliyun-sms" || format == "pagerduty";
  if (!decides) return true;
  if (!reply.is_object()) return false;
  if (numbered) return is_zero(reply, "errcode");
  if (carded) return is_zero(reply, "code") || is_zero(reply, "StatusCode");
  if (format == "telegram") return reply.contains("ok") && reply["ok"] == true;
  if (format == "aliyun-sms") return is_word(reply, "Code", "OK");
  return is_word(reply, "status", "success");
}

void judge(const ha::WebhookFormat& format, int status, const std::string& body,
           const json& reply) {
  const ha::Judged judged = ha::judge_reply(format, status, body, "");
  const bool ok = judged.fate == ha::Fate::ok;
  if (ok) {
    expect(status >= 200 && status < 300, "a success that is no 2xx", format.name, body);
    expect(vendor_says_ok(format.name, status, reply), "a success that the vendor did not say",
           format.name, body);
  }
  expect(judged.why.empty() == ok, "a failure without its reason, or a success with one",
         format.name, body);
  expect(
      judged.why == ha::clean_text(judged.why, false) && judged.why.find('\n') == std::string::npos,
      "a reason that is no printable line", format.name, body);
  expect(!judged.wait || (*judged.wait >= ha::Millis{0} && *judged.wait <= kLongestWait),
         "a wait that is none", format.name, body);
  const ha::Judged cut = ha::judge_reply(format, status, body, "timed out");
  expect(cut.fate == ha::Fate::retry && cut.why == "timed out", "a lost connection is not retried",
         format.name, body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  int status = 0;
  std::from_chars(input.data(), input.data() + line, status);
  const std::string body(input.substr(std::min(line + 1, input.size())));
  const json reply = json::parse(body, nullptr, false);
  for (const std::string_view name : ha::format_names()) {
    judge(*ha::find_format(name), status, body, reply);
  }
  return 0;
}
