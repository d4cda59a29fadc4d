// By what a MySQL or MariaDB server that is not read-only takes writes from nobody, or not from
// everybody. Reading is one SELECT of names that the server's release is known to have; judging is
// pure. What the texts claim was tried on MySQL 8.4.8 and MariaDB 10.11.19: offline_mode is error
// 3032 for everybody without CONNECTION_ADMIN; innodb_force_recovery is error 1881 from 1 on in
// MySQL, and error 1836 from 5 on in MariaDB; a transaction that begins READ ONLY is error 1792.
// LOCK INSTANCE FOR BACKUP holds up DDL alone. What one application may not do (its account locked,
// its max_user_connections used up, TLS required of it) no other account can see.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "agent/error.h"
#include "agent/mysql_client.h"

namespace ha {

struct WriteGates {
  bool offline_mode = false;
  bool innodb_read_only = false;
  std::int64_t innodb_force_recovery = 0;
  bool begins_read_only = false;     ///< what a new session's transactions are
  std::string begins_variable;       ///< "transaction_read_only" or "tx_read_only"
  std::int64_t max_connections = 0;  ///< 0: not known
};

/// An error is the connection's; of a server that does not know the names nothing is known.
Result<WriteGates> gather_write_gates(MysqlClient& client);

/// Why surely nobody's write succeeds, promoted or not, and what ends it; empty: no such thing.
std::string taken_from_nobody(const WriteGates& gates, bool mariadb);
/// Why somebody's do not; empty: no such thing. `connections`: Threads_connected, the agent's own
/// among them, for which the server has one more than max_connections.
std::string not_taken_from_all(const WriteGates& gates, std::optional<std::int64_t> connections);

}  // namespace ha
