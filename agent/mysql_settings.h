// Settings of a MySQL or MariaDB server without which a failover cannot be safe, and what is wrong
// with them. Judging is pure. Two kinds of value count: what is so now, and what the server starts
// with, because a crashed server decides by itself what it is until somebody comes. The latter can
// be read only until the setting is changed at run time; then it is said that it cannot be read.
// What SET PERSIST wrote (mysqld-auto.cnf) beats the option files, and only the command line beats
// it (MySQL 8.4 manual 7.1.9.3, and tried on 8.4.8): so it is what counts.
// Source: MariaDB 10.11 information_schema.SYSTEM_VARIABLES (GLOBAL_VALUE_ORIGIN) and status
// Rpl_status, which begins as init_rpl_role says; MySQL 8.4 performance_schema.variables_info.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/mysql_client.h"
#include "agent/texts.h"

namespace ha {

struct MysqlSettings {
  struct Value {
    std::string value;
    std::string origin;       ///< in the server's words; empty: it does not tell
    std::string persisted{};  ///< by SET PERSIST, for the next start; empty: not
  };
  bool mariadb = false;
  std::map<std::string, Value, std::less<>> values;  ///< by lower-case name
  std::string rpl_status;                            ///< MariaDB: AUTH_MASTER, IDLE_SLAVE, …
  std::int64_t semi_sync_replicas = 0;               ///< connected now
};

/// Two queries, three on MySQL. An error is the connection's or a refusal of the server.
Result<MysqlSettings> gather_settings(MysqlClient& client);

struct SettingRemark {
  enum class Kind {
    missing,     ///< write `line` into the server's configuration; a SET or RESET: run it
    unreadable,  ///< whether it is there cannot be seen
  };
  Kind kind = Kind::missing;
  std::string setting;
  std::string seen;  ///< "read_only = OFF"; empty: cannot be seen
  std::string line;  ///< "read_only = ON"
  Sentence why;
};

/// `stops_within`: how long an isolated master may go on taking writes, by the value of `key`.
std::vector<SettingRemark> judge_settings(const MysqlSettings& settings, Millis stops_within,
                                          std::string_view key = "isolation_timeout");

/// "read_only = ON; gtid_strict_mode = ON": the missing ones' lines; empty when nothing is missing.
std::string missing_lines(const std::vector<SettingRemark>& remarks);

}  // namespace ha
