// What the database servers of this node, as they are set up, will do to a failover; and what this
// host lacks. Asking is thin, judging is pure.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_writes.h"
#include "checks/doctor.h"
#include "checks/server_settings.h"

namespace ha {

/// One MySQL or MariaDB server, as far as `doctor` asks more than `status`.
struct MysqlExam {
  std::string resource;
  std::string trouble;  ///< why it could not be asked; empty: it was
  bool mariadb = true;
  std::string account;              ///< CURRENT_USER()
  std::vector<std::string> grants;  ///< SHOW GRANTS
  std::string sync_binlog;
  std::string flush_at_commit;  ///< innodb_flush_log_at_trx_commit
  std::string server_id;
  std::string skip_name_resolve;
  WriteGates gates;
  std::size_t replication_password = 0;       ///< how long it is
  std::string peer_server_id;                 ///< empty: the peer was not asked or does not answer
  std::string source_host;                    ///< empty: it follows nobody
  bool source_tls = false;                    ///< of its receiver
  std::optional<std::int64_t> peer_ahead_ms;  ///< the peer's clock against this host's
};

struct RedisExam {
  std::string resource;
  std::string trouble;
  std::map<std::string, std::string, std::less<>> settings;  ///< CONFIG GET
  std::string config_refused;                 ///< why CONFIG GET failed; empty: it did not
  std::vector<std::string> unknown_commands;  ///< renamed or switched off
  std::optional<std::int64_t> peer_ahead_ms;
};

std::vector<Symptom> judge_settings_of(const ServerSettings& settings);
std::vector<Symptom> judge_mysql_exam(const MysqlExam& health);
std::vector<Symptom> judge_redis_exam(const RedisExam& health);

struct HostExam {
  bool watch_runs = false;
  std::optional<double> state_dir_free;  ///< percent
};
std::vector<Symptom> judge_host(const HostExam& health, const Config& config);

MysqlExam examine_mysql(const MysqlConfig& config, Deadline deadline);
RedisExam examine_redis(const RedisConfig& config, Deadline deadline);

}  // namespace ha
