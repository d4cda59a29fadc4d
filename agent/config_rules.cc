#include "agent/config_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/config_alert_rules.h"
#include "agent/config_alerts.h"
#include "agent/duration.h"
#include "agent/judged_section.h"
#include "agent/lock_times.h"
#include "agent/option_value.h"
#include "agent/regular_file.h"
#include "agent/texts.h"

namespace ha {
namespace {

constexpr const char* kSystemCa[] = {"/etc/ssl/certs/ca-certificates.crt",
                                     "/etc/pki/tls/certs/ca-bundle.crt"};

void judge_http(JudgedSection section, const HttpConfig& http) {
  if (section.has("ca_file") && http.url.starts_with("http://")) {
    section.warn("ca_file", "has no effect on an http:// url");
  }
}

void judge_mysql(JudgedSection section, MysqlConfig& mysql) {
  section.one_needed("socket", "host");
  section.exclusive("password", "password_file");
  section.exclusive("replication_password", "replication_password_file");
  section.useless_without("port", "host");
  section.useless_without("peer_port", "peer_host");
  section.useless_without("replication_user", "peer_host");
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

void judge_redis(JudgedSection section, const RedisConfig& redis) {
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

void judge_witness(JudgedSection section, const WitnessConfig& witness) {
  // A type that is missing or no word has been reported already.
  const std::string_view word = section.valid(Kind::witness, "type");
  if (word.empty()) return;
  const auto needs = [&](std::string_view key) {
    if (!section.has(key))
      section.refuse({}, fmt::format("expected {} with type = {}, got none", key, word));
  };
  const auto excludes = [&](std::string_view key) {
    if (section.has(key))
      section.refuse(key, fmt::format("expected no {} with type = {}, got one", key, word));
  };
  switch (witness.type) {
    case WitnessType::ping:
      needs("host");
      for (const char* key : {"port", "url", "ca_file"}) excludes(key);
      return;
    case WitnessType::tcp:
      needs("host");
      needs("port");
      for (const char* key : {"url", "ca_file"}) excludes(key);
      return;
    case WitnessType::http:
      needs("url");
      for (const char* key : {"host", "port"}) excludes(key);
      if (section.has("ca_file") && witness.url.starts_with("http://")) {
        section.warn("ca_file", "has no effect on an http:// url");
      }
      return;
  }
}

void judge_lock(JudgedSection section, Config& config) {
  LockConfig& lock = config.lock.back();
  if (config.lock.size() > 1) {
    section.refuse({}, fmt::format("expected at most one lock, got a second one beside [lock {}]",
                                   config.lock.front().name));
  }
  if (lock.key.empty()) lock.key = "/ha-agent/" + lock.name;
  for (const auto& [key, other] :
       {std::pair{"user", "password_file"}, std::pair{"password_file", "user"},
        std::pair{"cert_file", "key_file"}, std::pair{"key_file", "cert_file"}}) {
    if (section.has(key) && !section.has(other))
      section.refuse(key, fmt::format("expected {} beside it, got none", other));
  }
  const auto plain = std::find_if(lock.endpoints.begin(), lock.endpoints.end(),
                                  [](const auto& url) { return url.starts_with("http://"); });
  if (plain == lock.endpoints.end()) return;
  if (section.has("user") && !lock.allow_http) {
    section.refuse("endpoints",
                   fmt::format("expected https://, because a password goes there, or allow_http = "
                               "yes, got '{}'",
                               *plain));
  }
  for (const char* key : {"ca_file", "cert_file", "key_file"}) {
    if (section.has(key)) section.warn(key, "has no effect on an http:// endpoint");
  }
}

void judge_lock_beside(const Config& config, Findings& findings) {
  const LockConfig* const lock = config.the_lock();
  if (lock == nullptr) return;
  const auto warn = [&](std::string text) {
    findings.warnings.add({}, fmt::format("[lock {}]: {}", lock->name, text));
  };
  if (config.mysql.empty() && config.redis.empty()) {
    warn("there is no [mysql] and no [redis] section, so there is nothing that it protects");
  }
  const Millis needed = shortest_ttl(config.agent.check_reaction);
  if (lock->ttl < needed) {
    warn(
        fmt::format("ttl = {}: while watch is frozen, keepalived needs check_reaction = {} to get "
                    "this node out of MASTER, which the lock does not outlast; use {} or more",
                    format_duration(lock->ttl), format_duration(config.agent.check_reaction),
                    format_duration(needed)));
  }
}

}  // namespace

void apply_rules(Kind kind, const IniSection& section, Config& config, Findings& findings) {
  const JudgedSection judged(section, findings);
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
    case Kind::mail:
      return judge_mail(judged, config.mail.back());
    case Kind::alert:
      return judge_alert_rule(judged, config.alert.back());
    case Kind::witness:
      return judge_witness(judged, config.witness.back());
    case Kind::lock:
      return judge_lock(judged, config);
  }
}

void apply_rules_between_sections(const Config& config, Findings& findings) {
  judge_lock_beside(config, findings);
  judge_channels(config, findings);
  judge_alert_rules(config, findings);
  if (config.has_peer() && config.witness.empty() && config.lock.empty()) {
    findings.warnings.add({},
                          fmt::format("no witness: {}; add for example [witness gateway] with type "
                                      "= ping and host = the gateway's address",
                                      raw_text(Lang::en, Text::no_witness)));
  }
  for (const WitnessConfig& witness : config.witness) {
    const auto is_witness = [&](const auto& section) { return section.peer_host == witness.host; };
    const char* who = nullptr;
    if (witness.host.empty()) continue;
    if (witness.host == "localhost" || witness.host == "::1" || witness.host.starts_with("127.")) {
      who = "this node itself";
    } else if (witness.host == config.agent.vip) {
      who = "the virtual address, which one of the pair holds";
    } else if (std::any_of(config.mysql.begin(), config.mysql.end(), is_witness) ||
               std::any_of(config.redis.begin(), config.redis.end(), is_witness)) {
      who = "the peer";
    }
    if (who == nullptr) continue;
    findings.warnings.add({},
                          fmt::format("[witness {}] host: {} is {}: expected somebody outside the "
                                      "pair, for anything else proves nothing",
                                      witness.name, witness.host, who));
  }
  if (config.witness.size() == 2 && config.agent.quorum == Quorum::majority) {
    findings.warnings.add(
        {},
        "two witnesses and quorum = majority: both must answer, so losing one of them blocks every "
        "promotion towards a silent peer; use one or three, or quorum = any");
  }
}

}  // namespace ha
