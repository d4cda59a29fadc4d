#include "notify/format_aliyun.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cctype>
#include <ctime>
#include <map>

#include "agent/crypto.h"
#include "notify/format_parts.h"
#include "notify/url_encode.h"
#include "notify/utf8.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::size_t kVariable = 100;

std::string utc_time(std::int64_t wall_ms) {
  const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", utc);
}

/// Operators refuse a message with a link or an address in a variable.
std::string without_addresses(std::string_view text) {
  std::string clean;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool dot_in_number = text[at] == '.' && at > 0 && at + 1 < text.size() &&
                               std::isdigit(static_cast<unsigned char>(text[at - 1])) != 0 &&
                               std::isdigit(static_cast<unsigned char>(text[at + 1])) != 0;
    clean += dot_in_number ? '-' : text[at];
  }
  for (auto link = clean.find("://"); link != std::string::npos; link = clean.find("://")) {
    clean.replace(link, 3, " ");
  }
  return clean;
}

std::string host_of(const std::string& url) {
  const auto begin = url.find("://") + 3;
  return url.substr(begin, url.find_first_of("/?#", begin) - begin);
}

std::string query_of(const WebhookConfig& channel, const Message& message, Degree degree) {
  const std::size_t most = degree == Degree::full ? kVariable : kVariable / 3;
  const json variables{
      {"node", without_addresses(truncate_utf8(message.node, most))},
      {"state", message.state.empty() ? to_string(message.severity) : message.state.c_str()},
      {"text", without_addresses(truncate_utf8(clean_text(message.title, true), most))}};
  std::string phones;
  for (const std::string& phone : channel.phones) phones += (phones.empty() ? "" : ",") + phone;
  const std::map<std::string, std::string> parameters{
      {"PhoneNumbers", phones},
      {"SignName", channel.sign_name},
      {"TemplateCode", channel.template_code},
      {"TemplateParam", variables.dump(-1, ' ', false, json::error_handler_t::replace)}};
  std::string query;
  for (const auto& [key, value] : parameters) {
    query += fmt::format("{}{}={}", query.empty() ? "" : "&", key, url_encode(value));
  }
  return query;
}

Result<WebhookRequest> request(const WebhookConfig& channel, const Message& message,
                               const Moment& moment) {
  const std::string query = query_of(channel, message, moment.degree);
  const std::string hashed = hex(sha256(""));
  const std::map<std::string, std::string> signed_headers{
      {"host", host_of(channel.url)},          {"x-acs-action", "SendSms"},
      {"x-acs-content-sha256", hashed},        {"x-acs-date", utc_time(moment.now_ms)},
      {"x-acs-signature-nonce", moment.nonce}, {"x-acs-version", "2017-05-25"}};
  WebhookRequest made;
  std::string headers;
  std::string names;
  for (const auto& [name, value] : signed_headers) {
    headers += fmt::format("{}:{}\n", name, value);
    names += (names.empty() ? "" : ";") + name;
    made.headers.push_back(fmt::format("{}: {}", name, value));
  }
  const std::string base = channel.url.substr(0, channel.url.find_first_of("?#"));
  const bool has_path = base.find('/', base.find("://") + 3) != std::string::npos;
  made.url = fmt::format("{}{}?{}", base, has_path ? "" : "/", query);
  made.headers.push_back(
      fmt::format("Authorization: ACS3-HMAC-SHA256 Credential={},SignedHeaders={},Signature={}",
                  channel.access_key_id, names,
                  aliyun_signature(channel.secret, query, headers, names, hashed)));
  return made;
}

// The code counts whatever the status is.
std::optional<Judged> judge(int status, const std::string& body) {
  const json reply = json::parse(body, nullptr, false);
  if (!reply.is_object() || !reply.contains("Code") || !reply["Code"].is_string()) {
    return is_2xx(status) ? std::optional(not_understood(status, body)) : std::nullopt;
  }
  const std::string code = reply["Code"].get<std::string>();
  if (code == "OK") {
    return is_2xx(status) ? std::optional(Judged{Fate::ok, ""}) : std::nullopt;
  }
  const bool busy = code == "isp.SYSTEM_ERROR" || code == "isv.BUSINESS_LIMIT_CONTROL" ||
                    code.starts_with("Throttling") || status >= 500;
  if (busy) return Judged{Fate::retry, said(status, body), kRobotsMinute};
  return Judged{code == "isv.PARAM_LENGTH_LIMIT" ? Fate::lesser : Fate::dead, said(status, body)};
}

}  // namespace

std::string aliyun_signature(const std::string& secret, const std::string& query,
                             const std::string& headers, const std::string& names,
                             const std::string& hashed_body) {
  const std::string canonical =
      fmt::format("POST\n/\n{}\n{}\n{}\n{}", query, headers, names, hashed_body);
  return hex(hmac_sha256(secret, "ACS3-HMAC-SHA256\n" + hex(sha256(canonical))));
}

const WebhookFormat kFormatAliyun{"aliyun-sms", 30, 0, request, judge};

}  // namespace ha
