#include "checks/doctor_servers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "agent/bounded.h"
#include "agent/clock.h"
#include "agent/mysql_client.h"
#include "agent/mysql_server.h"
#include "agent/redis_client.h"
#include "checks/doctor_writes.h"

namespace ha {
namespace {

constexpr std::int64_t kSkew = 1000;         // ms: more than any answer takes to come
constexpr std::int64_t kBacklog = 16 << 20;  // bytes: seconds of writes, not a burst
constexpr double kDiskWarning = 15;
constexpr double kDiskCritical = 5;

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// What the agent's account needs, as SHOW GRANTS spells it.
const std::vector<std::string>& needed(bool mariadb) {
  static const std::vector<std::string> of_mariadb{"SLAVE MONITOR",
                                                   "REPLICATION SLAVE ADMIN",
                                                   "REPLICATION MASTER ADMIN",
                                                   "BINLOG MONITOR",
                                                   "READ_ONLY ADMIN",
                                                   "CONNECTION ADMIN",
                                                   "RELOAD",
                                                   "PROCESS"};
  static const std::vector<std::string> of_mysql{"REPLICATION CLIENT",
                                                 "REPLICATION SLAVE",
                                                 "REPLICATION_SLAVE_ADMIN",
                                                 "SYSTEM_VARIABLES_ADMIN",
                                                 "CONNECTION_ADMIN",
                                                 "PROCESS",
                                                 "RELOAD"};
  return mariadb ? of_mariadb : of_mysql;
}

/// Those of all lines for *.*.
std::set<std::string, std::less<>> global_privileges(const std::vector<std::string>& grants) {
  std::set<std::string, std::less<>> all;
  for (const std::string& line : grants) {
    const auto on = line.find(" ON *.* ");
    if (!line.starts_with("GRANT ") || on == std::string::npos) continue;
    for (std::size_t at = 6; at < on;) {
      const std::size_t end = std::min(line.find(',', at), on);
      all.insert(line.substr(at, end - at));
      at = std::min(line.find_first_not_of(", ", end), on);
    }
  }
  return all;
}

void add_skew(const std::string& resource, const std::optional<std::int64_t>& ahead,
              std::vector<Symptom>& found) {
  if (!ahead || std::abs(*ahead) < kSkew) return;
  found.push_back({Severity::warning, "clock-skew", resource, Text::doctor_clock_skew,
                   fmt::format("the peer's clock is {} ms {} this host's", std::abs(*ahead),
                               *ahead > 0 ? "ahead of" : "behind"),
                   "run chrony or systemd-timesyncd on both nodes"});
}

void judge_grants(const MysqlExam& health, std::vector<Symptom>& found) {
  const auto have = global_privileges(health.grants);
  const auto has = [&](std::string_view privilege) { return have.contains(privilege); };
  if (has("ALL PRIVILEGES")) {
    found.push_back({Severity::warning, "privileges-too-many", health.resource,
                     Text::doctor_privileges_all, health.account + " has ALL PRIVILEGES",
                     fmt::format("GRANT {} ON *.* TO an account of its own",
                                 fmt::join(needed(health.mariadb), ", "))});
    return;
  }
  std::vector<std::string> missing;
  for (const std::string& each : needed(health.mariadb)) {
    if (!has(each) && !has("SUPER")) missing.push_back(each);
  }
  if (!missing.empty()) {
    found.push_back(
        {Severity::critical, "privileges-too-few", health.resource, Text::doctor_step_refused,
         fmt::format("{} lacks {}", health.account, fmt::join(missing, ", ")),
         fmt::format("GRANT {} ON *.* TO {}", fmt::join(missing, ", "), health.account)});
  }
  std::vector<std::string> extra;
  constexpr std::array kExtra{"INSERT", "UPDATE", "DELETE", "DROP",       "CREATE",
                              "ALTER",  "FILE",   "SUPER",  "CREATE USER"};
  for (const char* each : kExtra) {
    if (has(each)) extra.emplace_back(each);
  }
  if (!extra.empty()) {
    found.push_back(
        {Severity::warning, "privileges-too-many", health.resource, Text::doctor_privileges_extra,
         fmt::format("{} has {}", health.account, fmt::join(extra, ", ")),
         fmt::format("REVOKE {} ON *.* FROM {}", fmt::join(extra, ", "), health.account)});
  }
}

MysqlExam ask_mysql(const MysqlConfig& config, Deadline deadline) {
  MysqlExam health;
  health.resource = "mysql " + config.name;
  auto client = MysqlClient::connect(config.server, deadline.remaining(), deadline.remaining());
  if (!client) {
    health.trouble = client.error().message;
    return health;
  }
  health.mariadb = client->is_mariadb();
  health.replication_password = config.replication_password.size();
  const auto ask = [&](MysqlClient& of, std::string_view sql) {
    const auto value = of.scalar(sql);
    return value && *value ? **value : std::string();
  };
  health.account = ask(*client, "SELECT CURRENT_USER()");
  health.sync_binlog = ask(*client, "SELECT @@global.sync_binlog");
  health.flush_at_commit = ask(*client, "SELECT @@global.innodb_flush_log_at_trx_commit");
  health.server_id = ask(*client, "SELECT @@global.server_id");
  health.skip_name_resolve = ask(*client, "SELECT @@global.skip_name_resolve");
  if (auto gates = gather_write_gates(*client)) health.gates = std::move(*gates);
  if (const auto grants = client->query("SHOW GRANTS")) {
    for (const MysqlRow& row : *grants) {
      if (!row.empty()) health.grants.push_back(row.begin()->second.value_or(""));
    }
  }
  const auto sources = client->query(client->is_mariadb()         ? "SHOW ALL SLAVES STATUS"
                                     : client->version() >= 80022 ? "SHOW REPLICA STATUS"
                                                                  : "SHOW SLAVE STATUS");
  if (sources && !sources->empty()) {
    for (const auto& [column, value] : sources->front()) {
      if (column == "Master_Host" || column == "Source_Host")
        health.source_host = value.value_or("");
      if (column == "Master_SSL_Allowed" || column == "Source_SSL_Allowed")
        health.source_tls = value.value_or("") == "Yes";
    }
  }
  if (config.peer_host.empty()) return health;
  auto peer = MysqlClient::connect(config.peer(), deadline.remaining(), deadline.remaining());
  if (!peer) return health;
  health.peer_server_id = ask(*peer, "SELECT @@global.server_id");
  const std::string its = ask(*peer, "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)");
  if (!its.empty()) health.peer_ahead_ms = number(its) - wall_ms();
  return health;
}

RedisExam ask_redis(const RedisConfig& config, Deadline deadline) {
  RedisExam health;
  health.resource = "redis " + config.name;
  auto client = RedisClient::connect(config.server, deadline);
  if (!client) {
    health.trouble = client.error().message;
    return health;
  }
  for (const char* name : {"save", "appendonly", "repl-backlog-size", "replica-priority"}) {
    const auto reply = client->command({"CONFIG", "GET", name});
    if (!reply) {
      health.config_refused = reply.error().message;
      break;
    }
    if (reply->elements.size() == 2) health.settings[name] = reply->elements[1].text;
  }
  for (const char* name : {"replicaof", "config", "client", "info", "failover", "wait"}) {
    const auto reply = client->command({"COMMAND", "INFO", name});
    if (!reply) break;
    const bool there =
        reply->elements.size() == 1 && reply->elements[0].type == RedisReply::Type::array;
    if (!there) health.unknown_commands.emplace_back(name);
  }
  if (config.peer_host.empty()) return health;
  auto peer = RedisClient::connect(config.peer(), deadline);
  if (!peer) return health;
  const auto time = peer->command({"TIME"});
  if (time && time->elements.size() == 2) {
    health.peer_ahead_ms =
        number(time->elements[0].text) * 1000 + number(time->elements[1].text) / 1000 - wall_ms();
  }
  return health;
}

}  // namespace

std::vector<Symptom> judge_settings_of(const ServerSettings& settings) {
  std::vector<Symptom> found;
  for (const SettingRemark& remark : settings.remarks) {
    const bool missing = remark.kind == SettingRemark::Kind::missing;
    found.push_back(
        {missing ? Severity::critical : Severity::info,
         missing ? "setting-missing" : "setting-unreadable", settings.resource, remark.why,
         missing ? remark.seen : remark.setting + " cannot be seen",
         missing ? remark.line : "look into the server's configuration for " + remark.setting});
  }
  return found;
}

std::vector<Symptom> judge_mysql_exam(const MysqlExam& health) {
  std::vector<Symptom> found;
  if (!health.trouble.empty()) {
    found.push_back({Severity::critical, "server-silent", health.resource,
                     Text::doctor_server_silent, health.trouble,
                     "start it, or correct the section in ha-agent.conf"});
    return found;
  }
  judge_grants(health, found);
  judge_write_gates(health.resource, health.gates, health.mariadb, found);
  constexpr std::size_t kLongest = 32;  // MySQL 8.4 manual 15.4.2.2, SOURCE_PASSWORD
  if (!health.mariadb && health.replication_password > kLongest) {
    found.push_back({Severity::critical, "replication-password-long", health.resource,
                     Text::doctor_step_refused,
                     fmt::format("replication_password has {} characters, MySQL takes {}",
                                 health.replication_password, kLongest),
                     "ALTER USER ... IDENTIFIED BY a shorter one, and the same one into "
                     "replication_password_file on both nodes"});
  }
  if (!health.peer_server_id.empty() && health.peer_server_id == health.server_id) {
    found.push_back({Severity::critical, "server-id-same", health.resource,
                     Text::doctor_server_id_same,
                     fmt::format("server_id {} on both nodes", health.server_id),
                     "server_id = another number on one of them"});
  }
  if (health.sync_binlog == "0" || health.flush_at_commit == "0" || health.flush_at_commit == "2") {
    found.push_back({Severity::warning, "commit-not-durable", health.resource,
                     Text::doctor_commit_not_durable,
                     fmt::format("sync_binlog = {}, innodb_flush_log_at_trx_commit = {}",
                                 health.sync_binlog, health.flush_at_commit),
                     "sync_binlog = 1\ninnodb_flush_log_at_trx_commit = 1"});
  }
  if (health.skip_name_resolve == "0") {
    found.push_back(
        {Severity::warning, "name-resolution", health.resource, Text::doctor_name_resolution,
         "skip_name_resolve = OFF",
         "skip_name_resolve = ON\naccounts by address ('app'@'192.0.2.%'), not by name"});
  }
  const bool far = !health.source_host.empty() && health.source_host != "localhost" &&
                   !health.source_host.starts_with("127.") && health.source_host != "::1";
  if (far && !health.source_tls) {
    found.push_back({Severity::warning, "replication-clear", health.resource,
                     Text::doctor_replication_clear,
                     "the receiver from " + health.source_host + " uses no TLS",
                     "certificates on both servers, and ssl_mode = required in the section of "
                     "ha-agent.conf"});
  }
  add_skew(health.resource, health.peer_ahead_ms, found);
  return found;
}

std::vector<Symptom> judge_redis_exam(const RedisExam& health) {
  std::vector<Symptom> found;
  if (!health.trouble.empty()) {
    found.push_back({Severity::critical, "server-silent", health.resource,
                     Text::doctor_server_silent, health.trouble,
                     "start it, or correct the section in ha-agent.conf"});
    return found;
  }
  if (!health.unknown_commands.empty()) {
    found.push_back(
        {Severity::critical, "commands-renamed", health.resource, Text::doctor_step_refused,
         fmt::format("the server does not know {}", fmt::join(health.unknown_commands, ", ")),
         "remove rename-command, and restrict people with ACLs"});
  }
  if (!health.config_refused.empty()) {
    found.push_back({Severity::info, "setting-unreadable", health.resource,
                     Text::doctor_redis_unjudged, health.config_refused,
                     "ACL SETUSER ha_agent +config|get"});
    return found;
  }
  const auto setting = [&](std::string_view name) {
    const auto found_one = health.settings.find(name);
    return found_one == health.settings.end() ? std::string() : found_one->second;
  };
  if (setting("save").empty() && setting("appendonly") == "no") {
    found.push_back({Severity::critical, "no-persistence", health.resource,
                     Text::doctor_no_persistence, "save \"\" and appendonly no", "appendonly yes"});
  }
  const std::string backlog = setting("repl-backlog-size");
  if (!backlog.empty() && number(backlog) < kBacklog) {
    found.push_back({Severity::info, "backlog-small", health.resource, Text::doctor_backlog_small,
                     fmt::format("repl-backlog-size {}", backlog), "repl-backlog-size 64mb"});
  }
  if (setting("replica-priority") == "0") {
    found.push_back({Severity::info, "priority-zero", health.resource, Text::doctor_priority_zero,
                     "replica-priority 0", "replica-priority 100"});
  }
  add_skew(health.resource, health.peer_ahead_ms, found);
  return found;
}

std::vector<Symptom> judge_host(const HostExam& health, const Config& config) {
  std::vector<Symptom> found;
  if (!config.has_resources()) {
    found.push_back({Severity::critical, "no-resource", config.path, Text::doctor_no_resource,
                     "there is no resource",
                     "a section [mysql main], [redis cache], [http api] or "
                     "[unit app]"});
  }
  if (config.has_peer() && config.witness.empty() && config.the_lock() == nullptr) {
    found.push_back({Severity::warning, "no-witness", config.path, Text::no_witness,
                     "there is neither a [witness] nor a [lock]",
                     "[witness gateway]\ntype = ping\nhost = the gateway's address"});
  }
  if (!health.watch_runs) {
    found.push_back({Severity::warning, "watch-not-running", "this host",
                     Text::doctor_watch_not_running, "nobody holds watch's lock",
                     "systemctl enable --now ha-agent-watch"});
  }
  if (health.state_dir_free && *health.state_dir_free < kDiskWarning) {
    found.push_back(
        {*health.state_dir_free < kDiskCritical ? Severity::critical : Severity::warning,
         "disk-full", config.agent.state_dir, Text::doctor_disk_full,
         fmt::format("{:.1f} % free", *health.state_dir_free), "make room"});
  }
  return found;
}

MysqlExam examine_mysql(const MysqlConfig& config, Deadline deadline) {
  auto health = run_bounded(deadline, [config, deadline] { return ask_mysql(config, deadline); });
  if (health) return std::move(*health);
  MysqlExam silent;
  silent.resource = "mysql " + config.name;
  silent.trouble = "no answer within the deadline";
  return silent;
}

RedisExam examine_redis(const RedisConfig& config, Deadline deadline) {
  auto health = run_bounded(deadline, [config, deadline] { return ask_redis(config, deadline); });
  if (health) return std::move(*health);
  RedisExam silent;
  silent.resource = "redis " + config.name;
  silent.trouble = "no answer within the deadline";
  return silent;
}

}  // namespace ha
