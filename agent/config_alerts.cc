#include "agent/config_alerts.h"

#include <algorithm>
#include <array>
#include <set>

#include "agent/text.h"

namespace ha {
namespace {

/// What a format takes beyond what all take.
struct FormatKeys {
  std::string_view format;
  std::string_view needed;   ///< `|` between them
  std::string_view allowed;  ///< the same
};
constexpr std::array kFormatKeys{
    FormatKeys{"wecom", "", "mention"},
    FormatKeys{"dingtalk", "", "secret|mention"},
    FormatKeys{"feishu", "", "secret|mention"},
    FormatKeys{"lark", "", "secret|mention"},
    FormatKeys{"telegram", "chat_id", ""},
    FormatKeys{"pagerduty", "secret", ""},
    FormatKeys{"aliyun-sms", "access_key_id|secret|phones|sign_name|template_code", ""},
    FormatKeys{"generic", "template_file", "headers"},
};
constexpr std::string_view kSpecial[] = {"secret",        "mention",       "headers",
                                         "template_file", "chat_id",       "phones",
                                         "sign_name",     "template_code", "access_key_id"};

bool contains(std::string_view words, std::string_view word) {
  const auto all = split(words, '|');
  return std::find(all.begin(), all.end(), word) != all.end();
}

void judge_format_keys(JudgedSection& section, const WebhookConfig& webhook) {
  FormatKeys keys{webhook.format, "", ""};
  for (const FormatKeys& each : kFormatKeys) {
    if (each.format == webhook.format) keys = each;
  }
  for (const std::string_view key : kSpecial) {
    const std::string file = std::string(key) + "_file";
    const bool in_file = key == "secret" && section.has(file);
    const bool there = section.has(key) || in_file;
    if (contains(keys.needed, key)) {
      if (!there) {
        section.refuse({}, fmt::format("expected {} with format = {}, got none",
                                       key == "secret" ? "secret_file" : key, webhook.format));
      }
    } else if (there && !contains(keys.allowed, key)) {
      section.warn(in_file ? std::string_view(file) : key,
                   fmt::format("has no effect with format = {}", webhook.format));
    }
  }
}

/// What becomes a line of a mail's head must not end one.
bool is_mail_address(std::string_view text) {
  const auto at = text.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return c > 0x20 && c < 0x7F && c != '<' && c != '>' && c != ',' && c != ';' &&
                  c != '"' && c != '\\';
         });
}

bool is_mail_server(std::string_view url) {
  for (const std::string_view scheme : {"smtp://", "smtps://"}) {
    if (!url.starts_with(scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    return !rest.empty() && rest.find_first_of("/?#@ \t") == std::string_view::npos;
  }
  return false;
}

}  // namespace

void judge_webhook(JudgedSection section, const WebhookConfig& webhook) {
  section.one_needed("url", "url_file");
  section.exclusive("secret", "secret_file");
  judge_format_keys(section, webhook);
  if (webhook.url.empty()) return;
  const char* key = section.has("url") ? "url" : "url_file";
  if (!is_http_url(webhook.url)) {
    section.refuse(key,
                   "expected a file with an http:// or https:// URL, got something else in it");
  } else if (!webhook.url.starts_with("https://") && !webhook.allow_http) {
    section.refuse(key, fmt::format("expected https://, or allow_http = yes, got '{}'",
                                    masked_url(webhook.url)));
  }
}

void judge_mail(JudgedSection section, const MailConfig& mail) {
  section.exclusive("password", "password_file");
  if (section.has("user") && !section.has("password") && !section.has("password_file")) {
    section.refuse("user", "expected password or password_file beside it, got neither");
  }
  if (section.has("server") && !is_mail_server(mail.server)) {
    section.refuse("server", fmt::format("expected smtp:// or smtps://, a host and perhaps a port, "
                                         "got {}",
                                         in_quotes(mail.server)));
  }
  if (section.has("from") && !is_mail_address(mail.from)) {
    section.refuse("from", fmt::format("expected a mail address such as ha@example.com, got {}",
                                       in_quotes(mail.from)));
  }
  for (const std::string& to : mail.to) {
    if (is_mail_address(to)) continue;
    section.refuse(
        "to", fmt::format("expected mail addresses with commas between, got {}", in_quotes(to)));
  }
  if (mail.allow_plain && !mail.user.empty()) {
    section.refuse("allow_plain",
                   "expected no user with allow_plain = yes, because a password is sent under TLS "
                   "only");
  }
}

void judge_channels(const Config& config, Findings& findings) {
  std::set<std::string> names;
  const auto all = config.channels();
  for (const ChannelConfig* channel : all) {
    if (names.insert(channel->name).second) continue;
    findings.problems.add({}, fmt::format("expected one channel named '{}', got two: [webhook] and "
                                          "[mail] sections share their names",
                                          channel->name));
  }
  for (const ChannelConfig* channel : all) {
    if (channel->fallback.empty()) continue;
    if (channel->fallback == channel->name || !names.contains(channel->fallback)) {
      findings.problems.add({},
                            fmt::format("expected fallback of channel {} to be another channel, "
                                        "got '{}'",
                                        channel->name, channel->fallback));
    }
  }
}

}  // namespace ha
