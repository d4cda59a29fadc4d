#include "agent/config_rules.h"

#include <fmt/format.h>

#include "agent/option_value.h"
#include "agent/regular_file.h"

namespace ha {
namespace {

constexpr const char* kSystemCa[] = {"/etc/ssl/certs/ca-certificates.crt",
                                     "/etc/pki/tls/certs/ca-bundle.crt"};

/// One section and what is said about it.
class Section {
 public:
  Section(const IniSection& ini, Findings& findings)
      : ini_(ini), title_(ini.title()), findings_(findings) {}

  bool has(std::string_view key) const { return ini_.find(key) != nullptr; }
  int line(std::string_view key) const {
    const IniEntry* entry = ini_.find(key);
    return entry == nullptr ? ini_.line : entry->line;
  }
  void refuse(std::string_view key, std::string_view what) {
    findings_.problems.add({line(key), title_, key}, what);
  }
  void warn(std::string_view key, std::string_view what) {
    findings_.warnings.add({line(key), title_, key}, what);
  }

  void exclusive(std::string_view a, std::string_view b) {
    if (!has(a) || !has(b)) return;
    const bool a_first = line(a) < line(b);
    const std::string_view first = a_first ? a : b;
    refuse(a_first ? b : a,
           fmt::format("expected only one of {} and {}, got both ({} is on line {})", a, b, first,
                       line(first)));
  }
  void one_needed(std::string_view a, std::string_view b) {
    exclusive(a, b);
    if (!has(a) && !has(b)) refuse({}, fmt::format("expected {} or {}, got neither", a, b));
  }
  void useless_without(std::string_view key, std::string_view other) {
    if (has(key) && !has(other)) warn(key, fmt::format("has no effect without {}", other));
  }

 private:
  const IniSection& ini_;
  std::string title_;
  Findings& findings_;
};

void judge_http(Section section, const HttpConfig& http) {
  if (section.has("ca_file") && http.url.starts_with("http://")) {
    section.warn("ca_file", "has no effect on an http:// url");
  }
}

void judge_mysql(Section section, MysqlConfig& mysql) {
  section.one_needed("socket", "host");
  section.exclusive("password", "password_file");
  section.exclusive("replication_password", "replication_password_file");
  section.useless_without("port", "host");
  section.useless_without("peer_port", "peer_host");
  for (const char* key : {"replication_password", "replication_password_file"}) {
    if (section.has(key) && !section.has("replication_user")) {
      section.refuse(key, "expected replication_user beside it, got none");
    }
  }
  if (mysql.server.ssl_mode != SslMode::verify_identity || !mysql.server.ssl_ca.empty()) return;
  for (const char* bundle : kSystemCa) {
    if (!check_regular_file(bundle)) continue;
    // Oracle's client verifies nothing without a CA named to it.
    mysql.server.ssl_ca = bundle;
    return;
  }
  section.refuse("ssl_mode",
                 "expected ssl_ca for verify-identity, got none, and this system has no CA bundle");
}

void judge_redis(Section section, const RedisConfig& redis) {
  section.exclusive("socket", "host");
  section.exclusive("password", "password_file");
  if (section.has("socket") && section.has("port"))
    section.warn("port", "has no effect with socket");
  section.useless_without("peer_port", "peer_host");
  if (section.has("username") && !section.has("password") && !section.has("password_file")) {
    section.refuse("username", "expected password or password_file beside it, got neither");
  }
  if (!redis.server.tls) {
    if (section.has("ca_file")) section.warn("ca_file", "has no effect with tls = no");
    return;
  }
#if !defined(HA_REDIS_TLS)
  section.refuse("tls",
                 "expected no, got 'yes': this ha-agent was built with a hiredis without TLS");
#endif
}

void judge_webhook(Section section, const WebhookConfig& webhook) {
  section.one_needed("url", "url_file");
  section.exclusive("secret", "secret_file");
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

}  // namespace

void apply_rules(Kind kind, const IniSection& section, Config& config, Findings& findings) {
  const Section judged(section, findings);
  switch (kind) {
    case Kind::agent:
    case Kind::unit:
      return;
    case Kind::http:
      return judge_http(judged, config.http.back());
    case Kind::mysql:
      return judge_mysql(judged, config.mysql.back());
    case Kind::redis:
      return judge_redis(judged, config.redis.back());
    case Kind::webhook:
      return judge_webhook(judged, config.webhook.back());
  }
}

}  // namespace ha
