// Settings by which two servers' GTID sets are equal and their data is not. A transaction that a
// filter, a skipped error or a skip counter left out counts as executed; what `binlog_ignore_db`
// keeps out of the binary log never reaches a replica. No comparison of sets can see either, so all
// that says "it lacks nothing" has to say this beside it.
// Asked apart from the rest, and seldom: the binary log's filters are told by SHOW BINARY LOG
// STATUS alone, which waits where a commit does that finds no room on the disk. Not to be told:
// sql_log_bin = 0 of a session, statements that give another result on a replica. Source: MySQL 8.4
// manual 19.2.5 and MariaDB's "Replication Filters"; tried on 10.11, 8.0 and 8.4.
#pragma once
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/mysql_client.h"
#include "agent/mysql_server.h"

namespace ha {

/// Of a row of SHOW REPLICA STATUS: "Replicate_Ignore_DB = app", one for each filter, and what
/// IGNORE_SERVER_IDS and MariaDB's domains leave out. Pure.
std::vector<std::string> filters_of(const MysqlRow& replica_status);

/// The server's settings of the kind, as "replica_exec_mode = IDEMPOTENT". Two queries. What the
/// account may not see is left out; an error is the connection's.
Result<std::vector<std::string>> gather_apart(MysqlClient& client);

/// All that is known of it: of the replication from the peer, where that is among the sources, else
/// from anybody, and what gather_mysql() was told to ask besides. Pure.
std::vector<std::string> apart_of(const MysqlConfig& config, const MysqlFacts& facts);

/// "a, b"; empty for none.
std::string apart_text(const std::vector<std::string>& settings);

}  // namespace ha
