#include "agent/config_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/duration.h"
#include "agent/lock_times.h"
#include "agent/option_value.h"
#include "agent/regular_file.h"
#include "agent/witness.h"

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
  /// The value as written; empty when it is not there or not what its option expects.
  std::string_view valid(Kind kind, std::string_view key) const {
    const IniEntry* entry = ini_.find(key);
    if (entry == nullptr || !parse_value(*find_option(kind, key), entry->value)) return {};
    return entry->value;
  }
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

void judge_witness(Section section, const WitnessConfig& witness) {
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

void judge_lock(Section section, Config& config) {
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
    case Kind::witness:
      return judge_witness(judged, config.witness.back());
    case Kind::lock:
      return judge_lock(judged, config);
  }
}

void apply_rules_between_sections(const Config& config, Findings& findings) {
  judge_lock_beside(config, findings);
  if (config.has_peer() && config.witness.empty() && config.lock.empty()) {
    findings.warnings.add({},
                          fmt::format("no witness: {}; add for example [witness gateway] with type "
                                      "= ping and host = the gateway's address",
                                      kNoWitness));
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
