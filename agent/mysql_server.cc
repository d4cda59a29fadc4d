#include "agent/mysql_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <utility>

#include "agent/clock.h"
#include "agent/gtid.h"
#include "agent/mysql_apart.h"

namespace ha {
namespace {

using Values = MysqlRow;

/// The first of the names that is there and not NULL; flavours differ in nothing but the name.
std::string_view text(const MysqlRow& row, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = row.find(name);
    if (found != row.end() && found->second) return *found->second;
  }
  return {};
}

std::optional<std::int64_t> number(std::string_view value) {
  std::int64_t parsed = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (value.empty() || error != std::errc{} || end != value.data() + value.size()) return {};
  return parsed;
}

int small_number(std::string_view value) {
  return static_cast<int>(number(value).value_or(0));
}

/// SELECT gives 1 and 0, SHOW gives ON and OFF, MariaDB 12's read_only has further words that all
/// mean "not writable".
bool is_on(std::string_view value) {
  return !value.empty() && value != "0" && value != "OFF" && value != "NO";
}

bool has(const Values& values, std::string_view name) {
  return values.find(name) != values.end();
}

constexpr std::string_view kMariadbNames =
    "read_only server_id log_bin gtid_current_pos gtid_slave_pos gtid_binlog_pos gtid_binlog_state "
    "gtid_strict_mode";
constexpr std::string_view kMysqlNames =
    "read_only super_read_only server_id log_bin gtid_mode gtid_executed gtid_purged";
/// MariaDB from 10.3.3 on, and MySQL's plugins of before 8.0.26.
constexpr std::string_view kSemiSyncNames =
    "rpl_semi_sync_master_enabled rpl_semi_sync_slave_enabled rpl_semi_sync_master_wait_no_slave "
    "rpl_semi_sync_master_timeout";
constexpr std::string_view kSemiSyncNewNames =
    "rpl_semi_sync_source_enabled rpl_semi_sync_replica_enabled "
    "rpl_semi_sync_source_wait_no_replica rpl_semi_sync_source_timeout";
constexpr std::string_view kGlobal = "@@global.";
constexpr int kUnknownVariable = 1193;

/// "SELECT @@global.read_only,@@global.server_id"
std::string select_of(std::string_view names) {
  std::string sql = "SELECT ";
  for (const char letter : names) {
    if (sql.back() == ' ' || sql.back() == ',') sql += kGlobal;
    sql += letter == ' ' ? ',' : letter;
  }
  return sql;
}

Result<Values> selected(MysqlClient& client, std::string_view names) {
  auto rows = client.query(select_of(names));
  if (!rows) return tl::unexpected<Error>(std::move(rows.error()));
  Values values;
  for (auto& row : *rows) {
    for (auto& [name, value] : row) values[name.substr(kGlobal.size())] = std::move(value);
  }
  return values;
}

/// By SELECT, because SHOW VARIABLES and performance_schema cut a value at 1,024 characters: some
/// twenty server UUIDs in a GTID set, and two sets that differ behind the cut look equal (measured
/// on 8.0.36 and 8.4.8). It also costs a tenth of what SHOW does.
Result<Values> variables(MysqlClient& client) {
  constexpr unsigned long kNewPlugins = 80026;
  const std::string_view base = client.is_mariadb() ? kMariadbNames : kMysqlNames;
  const std::string_view semi_sync =
      !client.is_mariadb() && client.version() >= kNewPlugins ? kSemiSyncNewNames : kSemiSyncNames;
  auto values = selected(client, fmt::format("{} {}", base, semi_sync));
  if (values || values.error().code != kUnknownVariable) return values;
  // Other plugins are installed, one of the two, or none: only SHOW tells which. They are short.
  values = selected(client, base);
  if (!values) return values;
  auto rows = client.query("SHOW GLOBAL VARIABLES LIKE 'rpl\\_semi\\_sync\\_%'");
  if (!rows) return tl::unexpected<Error>(std::move(rows.error()));
  for (auto& row : *rows) {
    (*values)[std::string(text(row, {"Variable_name"}))] = std::string(text(row, {"Value"}));
  }
  return values;
}

SemiSync semi_sync_of(const Values& values) {
  SemiSync semi;
  for (const std::string_view prefix : {"rpl_semi_sync_source", "rpl_semi_sync_master"}) {
    if (semi.source_prefix.empty() && has(values, fmt::format("{}_enabled", prefix))) {
      semi.source_prefix = prefix;
    }
  }
  for (const std::string_view prefix : {"rpl_semi_sync_replica", "rpl_semi_sync_slave"}) {
    if (semi.replica_prefix.empty() && has(values, fmt::format("{}_enabled", prefix))) {
      semi.replica_prefix = prefix;
    }
  }
  semi.wait_variable =
      has(values, "rpl_semi_sync_source_wait_no_replica") ? "rpl_semi_sync_source_wait_no_replica"
      : has(values, "rpl_semi_sync_master_wait_no_slave") ? "rpl_semi_sync_master_wait_no_slave"
                                                          : "";
  const auto value = [&](std::string_view prefix, std::string_view name) {
    return text(values, {fmt::format("{}_{}", prefix, name)});
  };
  semi.source_enabled = is_on(value(semi.source_prefix, "enabled"));
  semi.replica_enabled = is_on(value(semi.replica_prefix, "enabled"));
  semi.wait_without_replica =
      semi.wait_variable.empty() || is_on(text(values, {semi.wait_variable}));
  semi.timeout = Millis{number(value(semi.source_prefix, "timeout")).value_or(0)};
  return semi;
}

Receiver receiver_of(std::string_view word) {
  if (word == "Yes") return Receiver::running;
  // "Connecting", and MariaDB's "Preparing" before it.
  return word == "No" ? Receiver::stopped : Receiver::connecting;
}

Applier applier_of(std::string_view word, int sql_errno) {
  if (word == "Yes") return Applier::running;
  return sql_errno == 0 ? Applier::stopped : Applier::error;
}

ReplicaStatus replica_of(const MysqlRow& row, const MysqlFacts& facts) {
  ReplicaStatus status;
  status.channel = text(row, {"Channel_Name", "Connection_name"});
  status.source_host = text(row, {"Source_Host", "Master_Host"});
  status.source_port = small_number(text(row, {"Source_Port", "Master_Port"}));
  status.io_errno = small_number(text(row, {"Last_IO_Errno"}));
  status.io_error = text(row, {"Last_IO_Error"});
  status.sql_errno = small_number(text(row, {"Last_SQL_Errno"}));
  status.sql_error = text(row, {"Last_SQL_Error"});
  status.receiver = receiver_of(text(row, {"Replica_IO_Running", "Slave_IO_Running"}));
  status.applier =
      applier_of(text(row, {"Replica_SQL_Running", "Slave_SQL_Running"}), status.sql_errno);
  if (const auto seconds = number(text(row, {"Seconds_Behind_Source", "Seconds_Behind_Master"}))) {
    status.lag = Millis{*seconds * 1000};
  }
  status.read_file = text(row, {"Source_Log_File", "Master_Log_File"});
  status.exec_file = text(row, {"Relay_Source_Log_File", "Relay_Master_Log_File"});
  status.filters = filters_of(row);
  const auto position = [&](std::initializer_list<std::string_view> names) {
    return static_cast<std::uint64_t>(number(text(row, names)).value_or(0));
  };
  status.read_pos = position({"Read_Source_Log_Pos", "Read_Master_Log_Pos"});
  status.exec_pos = position({"Exec_Source_Log_Pos", "Exec_Master_Log_Pos"});
  if (facts.mariadb) {
    const std::string_view using_gtid = text(row, {"Using_Gtid"});
    status.received_gtid = text(row, {"Gtid_IO_Pos"});
    // Empty after a restart of the server, until the receiver has run: the positions then speak.
    status.by_gtid = !using_gtid.empty() && using_gtid != "No" && !status.received_gtid.empty();
  } else {
    status.received_gtid = text(row, {"Retrieved_Gtid_Set"});
    status.by_gtid = facts.gtid_mode;
  }
  return status;
}

Status gather_sources(MysqlClient& client, MysqlFacts& facts) {
  constexpr unsigned long kReplicaWords = 80022;
  const std::string_view sql = facts.mariadb                    ? "SHOW ALL SLAVES STATUS"
                               : facts.version >= kReplicaWords ? "SHOW REPLICA STATUS"
                                                                : "SHOW SLAVE STATUS";
  auto rows = client.query(sql);
  if (!rows) {
    if (rows.error().kind != ErrorKind::answered) {
      return tl::unexpected<Error>(std::move(rows.error()));
    }
    facts.sources_error = std::move(rows.error());
    return {};
  }
  for (const MysqlRow& row : *rows) {
    ReplicaStatus status = replica_of(row, facts);
    if (!status.source_host.empty()) facts.sources.push_back(std::move(status));
  }
  return {};
}

Status gather_source_status(MysqlClient& client, MysqlFacts& facts) {
  SemiSync& semi = facts.semi_sync;
  auto rows = client.query(
      fmt::format("SHOW GLOBAL STATUS WHERE Variable_name IN ('Rpl_semi_sync_master_status',"
                  "'Rpl_semi_sync_master_clients','Rpl_semi_sync_source_status',"
                  "'Rpl_semi_sync_source_clients','Rpl_semi_sync_slave_status',"
                  "'Rpl_semi_sync_replica_status','Slaves_connected','Threads_connected','Uptime',"
                  "{})",
                  wait_status_names()));
  if (!rows) return tl::unexpected<Error>(std::move(rows.error()));
  for (const MysqlRow& row : *rows) {
    const std::string_view name = text(row, {"Variable_name"});
    const std::string_view value = text(row, {"Value"});
    take_wait_status(facts.waits, name, number(value).value_or(0));
    if (name == "Uptime") {
      facts.started_ms = wall_ms() - number(value).value_or(0) * 1000;
    } else if (name == "Threads_connected") {
      facts.connections = number(value);
    } else if (name == "Slaves_connected") {
      facts.replicas_connected = number(value);
    } else if (name.ends_with("slave_status") || name.ends_with("replica_status")) {
      semi.replica_on = is_on(value);
    } else if (name.ends_with("_status")) {
      semi.source_on = semi.source_on || is_on(value);
    } else if (name.ends_with("_clients")) {
      semi.clients = std::max(semi.clients, number(value).value_or(0));
    }
  }
  if (facts.mariadb || semi.source_enabled) return {};
  // MySQL counts its replicas for semi-sync only.
  auto dumps = client.scalar(
      "SELECT COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'");
  if (dumps && *dumps) facts.replicas_connected = number(**dumps);
  return {};
}

}  // namespace

Result<MysqlFacts> gather_mysql(MysqlClient& client, MysqlAsk ask) {
  MysqlFacts facts;
  facts.mariadb = client.is_mariadb();
  facts.version = client.version();
  facts.version_text = client.version_text();

  auto values = variables(client);
  if (!values) return tl::unexpected<Error>(std::move(values.error()));
  facts.read_only = is_on(text(*values, {"read_only"}));
  if (has(*values, "super_read_only")) {
    facts.super_read_only = is_on(text(*values, {"super_read_only"}));
  }
  facts.gtid_mode = facts.mariadb || text(*values, {"gtid_mode"}) == "ON";
  facts.gtid_executed = text(*values, {"gtid_executed", "gtid_current_pos"});
  facts.gtid_slave_pos = text(*values, {"gtid_slave_pos"});
  facts.gtid_binlog_pos = text(*values, {"gtid_binlog_pos"});
  facts.gtid_binlog_state = text(*values, {"gtid_binlog_state"});
  facts.gtid_purged = text(*values, {"gtid_purged"});
  if (facts.mariadb) facts.gtid_strict_mode = is_on(text(*values, {"gtid_strict_mode"}));
  facts.log_bin = is_on(text(*values, {"log_bin"}));
  facts.server_id = static_cast<std::uint64_t>(number(text(*values, {"server_id"})).value_or(0));
  facts.semi_sync = semi_sync_of(*values);

  if (auto asked = gather_sources(client, facts); !asked) {
    return tl::unexpected<Error>(std::move(asked.error()));
  }
  if (ask.source_status) {
    if (auto asked = gather_source_status(client, facts); !asked) {
      return tl::unexpected<Error>(std::move(asked.error()));
    }
    auto gates = gather_write_gates(client);
    if (!gates) return tl::unexpected<Error>(std::move(gates.error()));
    facts.gates = std::move(*gates);
    // On a replica the applier is what may be held up.
    const bool look_closer =
        ask.before != nullptr && facts.log_bin && facts.gtid_mode &&
        (facts.writable() ? may_be_stuck(facts.waits, mark_of(facts.written()), *ask.before)
                          : backlog(facts) && mark_of(facts.written()) == ask.before->written);
    if (look_closer) {
      auto asked = gather_stuck_sessions(client, facts.waits);
      if (!asked) return tl::unexpected<Error>(std::move(asked.error()));
    }
  }
  if (ask.apart) {
    auto settings = gather_apart(client);
    if (!settings) return tl::unexpected<Error>(std::move(settings.error()));
    facts.apart = *std::move(settings);
  }
  return facts;
}

bool backlog(const MysqlFacts& facts, const ReplicaStatus& source) {
  if (source.by_gtid) {
    const auto applied = facts.mariadb
                             ? mariadb_gtid_reached(facts.gtid_slave_pos, source.received_gtid)
                             : mysql_gtid_subset(source.received_gtid, facts.gtid_executed);
    return !applied.value_or(false);
  }
  return source.read_file != source.exec_file || source.read_pos != source.exec_pos;
}

bool backlog(const MysqlFacts& facts) {
  return std::any_of(facts.sources.begin(), facts.sources.end(),
                     [&](const ReplicaStatus& source) { return backlog(facts, source); });
}

ServerView server_view(const MysqlFacts& facts) {
  ServerView view;
  view.answer = Answer::up;
  view.writable = facts.writable();
  view.closed = taken_from_nobody(facts.gates, facts.mariadb);
  view.backlog = backlog(facts);
  for (const ReplicaStatus& source : facts.sources) {
    // The enumerators are in the order of trouble; a larger one is worse.
    view.applier = std::max(view.applier, source.applier);
    view.receiver = std::max(view.receiver, source.receiver);
    if (source.applier == Applier::error && view.trouble.empty()) view.trouble = source.sql_error;
    if (source.lag) view.lag = std::max(view.lag.value_or(Millis{0}), *source.lag);
  }
  if (view.receiver != Receiver::running) view.lag.reset();
  return view;
}

ServerView server_view(const Error& error) {
  ServerView view;
  view.answer = answer_of(error);
  view.trouble = error.message;
  return view;
}

}  // namespace ha
