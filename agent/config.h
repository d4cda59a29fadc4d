// The configuration as plain values, and how it is loaded. Nothing here talks to a server.
// A Config that load_config() returned is complete: defaults filled in, secrets read, every value
// in its range. Values are copied freely and read by any thread.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/metric.h"

namespace ha {

constexpr const char* kDefaultConfigPath = "/etc/ha-agent/ha-agent.conf";
/// A larger file is refused: it is not a configuration.
constexpr std::size_t kMaxConfigBytes = 2U << 20U;

enum class Lang { en, zh_cn };
enum class OnStale { refuse, promote };
enum class OnSilent { kill, leave };
enum class Quorum { majority, any, all };
enum class WitnessType { ping, tcp, http };
enum class LockType { etcd };
enum class OnLockLost { fence, alert };
enum class ProbeWhen { always, master };
enum class SslMode { disabled, preferred, required, verify_identity };
enum class UnitAction { none, start, stop, restart };
enum class Severity { info, warning, critical };

/// Where to listen for requests.
struct ListenAddress {
  std::string address;  ///< IPv4 or IPv6; empty: nowhere
  int port = 0;
};

struct AgentConfig {
  std::string node;      ///< default: the host name
  std::string vip;       ///< an address without a prefix length; empty: not set
  std::string instance;  ///< whose events drive the roles; empty: the first one seen
  std::string state_dir;
  std::string errant_dir;  ///< default: errant/ below state_dir
  Lang lang = Lang::en;
  Millis deadline{};  ///< of a whole check
  Millis start_timeout{};
  Millis failback_delay{};
  int promote_retries = 0;
  Millis retry_delay{};
  OnStale on_stale = OnStale::refuse;
  Millis isolation_timeout{};
  Quorum quorum = Quorum::majority;
  Millis min_promote_interval{};  ///< 0: no cooldown
  Millis check_reaction{};        ///< keepalived's, from a failing check to FAULT
  OnSilent on_silent = OnSilent::kill;
  std::string notify_fifo;   ///< empty: none
  std::string yield_file;    ///< keepalived's weight-0 track_file; empty: none
  std::string metrics_file;  ///< for node_exporter, written by watch; empty: none
  ListenAddress listen;      ///< of `serve`
  Millis alert_max_age{};    ///< what could not be delivered for this long is given up and kept
};

struct HttpConfig {
  std::string name;
  std::string url;
  std::vector<std::pair<int, int>> expect_status;  ///< inclusive ranges; `200` is {200,200}
  std::string expect_body;                         ///< substring; empty: any body
  std::string method;                              ///< GET, HEAD, POST, OPTIONS
  std::vector<std::string> headers;  ///< "Name: value"; key `headers`, `|` between them
  std::string ca_file;
  ProbeWhen probe_when = ProbeWhen::always;
};

/// Where a MySQL or MariaDB server is and how to enter; used for the own server and for the peer's.
struct MysqlEndpoint {
  std::string socket;  ///< set: the socket is used and host and port are not
  std::string host;
  int port = 0;
  std::string user;
  std::string password;
  SslMode ssl_mode = SslMode::preferred;
  std::string ssl_ca;
};

struct MysqlConfig {
  std::string name;
  MysqlEndpoint server;
  std::string peer_host;  ///< empty: no peer known
  int peer_port = 0;
  std::string replication_user;
  std::string replication_password;
  Millis max_lag{};
  Millis drain_timeout{};

  /// The peer's server, entered with the same account and TLS settings.
  MysqlEndpoint peer() const {
    MysqlEndpoint endpoint = server;
    endpoint.socket.clear();
    endpoint.host = peer_host;
    endpoint.port = peer_port;
    return endpoint;
  }
};

struct RedisEndpoint {
  std::string socket;  ///< set: the socket is used and host and port are not
  std::string host;
  int port = 0;
  std::string username;
  std::string password;
  bool tls = false;
  std::string ca_file;
};

struct RedisConfig {
  std::string name;
  RedisEndpoint server;
  std::string peer_host;  ///< empty: no peer known
  int peer_port = 0;

  RedisEndpoint peer() const {
    RedisEndpoint endpoint = server;
    endpoint.socket.clear();
    endpoint.host = peer_host;
    endpoint.port = peer_port;
    return endpoint;
  }
};

struct UnitConfig {
  std::string name;
  std::string unit;  ///< nginx.service
  UnitAction on_master = UnitAction::start;
  UnitAction on_backup = UnitAction::stop;
  ProbeWhen probe_when = ProbeWhen::master;
};

/// Local times of the day, in minutes; it may go over midnight. Both 0: none.
struct QuietHours {
  int from = 0;
  int to = 0;
};

/// What every channel for alerts has, however it sends.
struct ChannelConfig {
  std::string name;
  std::vector<std::string> events;     ///< of master, backup, fault, stop, operator, rule
  Severity severity = Severity::info;  ///< the least that is told
  QuietHours quiet_hours;              ///< in them only what is critical is sent
  std::string fallback;                ///< another channel; empty: none
  int fallback_after = 0;              ///< failed tries of one alert
  int rate_limit = 0;                  ///< messages a minute; 0: what its kind allows
};

struct WebhookConfig : ChannelConfig {
  std::string format;  ///< notify/format.h
  std::string url;     ///< a secret: never printed, never spooled
  std::string secret;  ///< a secret
  bool allow_http = false;
  std::string ca_file;
  std::vector<std::string> mention;  ///< @all, telephone numbers or user ids
  std::vector<std::string> headers;  ///< "Name: value"; a secret
  std::string template_text;         ///< generic: JSON with {names}
  std::string chat_id;               ///< telegram
  std::string access_key_id;         ///< aliyun-sms
  std::vector<std::string> phones;   ///< aliyun-sms
  std::string sign_name;             ///< aliyun-sms
  std::string template_code;         ///< aliyun-sms
};

struct MailConfig : ChannelConfig {
  std::string server;  ///< smtp://host:port or smtps://host:port
  std::string user;    ///< empty: no AUTH
  std::string password;
  std::string from;
  std::vector<std::string> to;
  std::string ca_file;
  bool allow_plain = false;  ///< without TLS
};

/// A condition on what the checks see, or on this machine, that people are told of.
struct AlertRuleConfig {
  std::string name;
  Metric metric = Metric::response_time;
  std::string resource;  ///< "mysql main"; empty: every one that has the metric
  Comparison comparison = Comparison::above;
  std::string threshold_text;
  double threshold = 0;  ///< in the metric's unit
  Millis hold{};         ///< so long before it fires, and so long without before it is resolved
  Millis window{};       ///< of error_count
  Severity severity = Severity::warning;
  Millis repeat_interval{};  ///< 0: never
  std::string path;          ///< of disk_free; default: state_dir
};

/// Somebody outside the pair whose answer proves this node's own connectivity, and nothing else.
struct WitnessConfig {
  std::string name;
  WitnessType type = WitnessType::ping;
  std::string host;  ///< ping, tcp
  int port = 0;      ///< tcp
  std::string url;   ///< http
  std::string ca_file;
};

/// The lock that a promotion takes and watch keeps (agent/lock_times.h).
struct LockConfig {
  std::string name;
  LockType type = LockType::etcd;
  std::vector<std::string> endpoints;  ///< http://host:port, without a path
  std::string user;                    ///< empty: no authentication
  std::string password;                ///< a secret
  bool allow_http = false;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  std::string key;  ///< default: /ha-agent/NAME
  Millis ttl{};
  OnLockLost on_lock_lost = OnLockLost::fence;
};

struct Config {
  std::string path;
  AgentConfig agent;
  std::vector<HttpConfig> http;
  std::vector<MysqlConfig> mysql;
  std::vector<RedisConfig> redis;
  std::vector<UnitConfig> unit;
  std::vector<WebhookConfig> webhook;
  std::vector<MailConfig> mail;
  std::vector<AlertRuleConfig> alert;
  std::vector<WitnessConfig> witness;
  std::vector<LockConfig> lock;  ///< at most one

  /// Webhooks and mail; they live as long as this object.
  std::vector<const ChannelConfig*> channels() const {
    std::vector<const ChannelConfig*> all;
    for (const WebhookConfig& channel : webhook) all.push_back(&channel);
    for (const MailConfig& channel : mail) all.push_back(&channel);
    return all;
  }
  /// nullptr: none is configured.
  const LockConfig* the_lock() const { return lock.empty() ? nullptr : &lock.front(); }
  /// True when another node's server is known: what keeps two of them from taking writes matters.
  bool has_peer() const {
    const auto knows = [](const auto& section) { return !section.peer_host.empty(); };
    return std::any_of(mysql.begin(), mysql.end(), knows) ||
           std::any_of(redis.begin(), redis.end(), knows);
  }
  /// call("mysql", "main") for each, in the order of the kinds.
  template <class F>
  void for_each_resource(F call) const {
    for (const auto& section : http) call("http", section.name);
    for (const auto& section : mysql) call("mysql", section.name);
    for (const auto& section : redis) call("redis", section.name);
    for (const auto& section : unit) call("unit", section.name);
  }
  bool has_resources() const {
    return !http.empty() || !mysql.empty() || !redis.empty() || !unit.empty();
  }
};

/// One thing wrong with the configuration, ready to print: `file:line: [section] key: expected …,
/// got …`.
struct Problem {
  std::string text;
};

/// What load_config() found. `config` is set exactly when `problems` is empty. Warnings do not
/// refuse.
struct Loaded {
  std::optional<Config> config;
  std::vector<Problem> problems;
  std::vector<Problem> warnings;
};

/// Reads and judges the file; all problems are reported, not only the first.
Loaded load_config(const std::string& path);
/// The same for a text that is already in memory; `path` is used in messages and for nothing else.
/// Secrets named by `*_file` keys are read.
Loaded parse_config(const std::string& path, std::string_view text);
/// Every key with its value and origin (`file:line` or `default`), secrets masked.
std::string show_config(const std::string& path, std::string_view text);

}  // namespace ha
