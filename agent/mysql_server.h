// What a MySQL or MariaDB server says about itself, in one vocabulary for all flavours: the probe
// judges it and the role actions steer by it. gather_mysql() only reads. Words: "source" and
// "replica", "receiver" (the IO thread), "applier" (the SQL thread).
// Columns are found by name, because flavours and versions order and name them differently
// (SHOW REPLICA STATUS from MySQL 8.0.22, SHOW SLAVE STATUS before, SHOW ALL SLAVES STATUS on
// MariaDB).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/mysql_client.h"
#include "agent/mysql_writes.h"
#include "agent/protocol.h"
#include "agent/write_waits.h"

namespace ha {

/// One configured source; most replicas have exactly one.
struct ReplicaStatus {
  std::string channel;  ///< MySQL's channel or MariaDB's connection name; empty: the default one
  std::string source_host;
  int source_port = 0;
  Receiver receiver = Receiver::none;
  Applier applier = Applier::none;
  int io_errno = 0;
  std::string io_error;
  int sql_errno = 0;
  std::string sql_error;
  std::optional<Millis> lag;  ///< Seconds_Behind; not set while either thread stands
  bool by_gtid = false;       ///< the two sets below say what is applied, else the positions
  std::string received_gtid;  ///< Retrieved_Gtid_Set, or Gtid_IO_Pos on MariaDB
  std::string read_file;      ///< received up to here, in the source's binary log
  std::uint64_t read_pos = 0;
  std::string exec_file;  ///< applied up to here
  std::uint64_t exec_pos = 0;
  std::vector<std::string> filters;  ///< "Replicate_Ignore_DB = app" (mysql_apart.h)
};

/// Semi-synchronous replication; the names of its variables depend on flavour and plugin.
struct SemiSync {
  std::string source_prefix;   ///< "rpl_semi_sync_master" or "…_source"; empty: not there
  std::string replica_prefix;  ///< "rpl_semi_sync_slave" or "…_replica"; empty: not there
  std::string wait_variable;  ///< "rpl_semi_sync_master_wait_no_slave" or "…_wait_for_no_replica"
  bool source_enabled = false;
  bool replica_enabled = false;
  bool wait_without_replica = true;  ///< the value of `wait_variable`
  Millis timeout{};
  /// Asked for only with MysqlAsk::source_status.
  bool source_on = false;
  std::int64_t clients = 0;
  bool replica_on = false;  ///< the source of the running receiver asks for acknowledgements
};

struct MysqlFacts {
  bool mariadb = false;
  unsigned long version = 0;
  std::string version_text;
  bool read_only = false;
  std::optional<bool> super_read_only;   ///< nullopt: MariaDB has none
  bool gtid_mode = false;                ///< MySQL's gtid_mode = ON; always true on MariaDB
  std::string gtid_executed;             ///< MySQL: gtid_executed; MariaDB: gtid_current_pos
  std::string gtid_slave_pos;            ///< MariaDB: what the appliers have applied
  std::string gtid_binlog_pos;           ///< MariaDB: the end of the binary log, one entry a domain
  std::string gtid_binlog_state;         ///< MariaDB: the same, one entry a domain and server id
  std::optional<bool> gtid_strict_mode;  ///< nullopt: MySQL has none
  std::string gtid_purged;               ///< MySQL: in gtid_executed, but no longer in a binary log
  bool log_bin = true;
  std::uint64_t server_id = 0;
  std::vector<ReplicaStatus> sources;
  /// Set when the server would not tell about replication (a missing privilege): `sources` is not
  /// to be trusted then.
  std::optional<Error> sources_error;
  SemiSync semi_sync;
  /// Binary log dump threads, semi-sync or not; nullopt when not asked or not known.
  std::optional<std::int64_t> replicas_connected;
  std::optional<std::int64_t> connections;  ///< Threads_connected; nullopt when not asked
  /// When the server process started, by the wall clock; 0 when not asked. Made of Uptime, so a
  /// clock that was set moves nothing; exact to two seconds.
  std::int64_t started_ms = 0;
  /// Settings by which equal sets do not mean equal data (mysql_apart.h). Asked for only with
  /// MysqlAsk::apart.
  std::vector<std::string> apart;
  /// Asked for only with MysqlAsk::source_status.
  WriteGates gates;
  WriteWaits waits;

  /// Moves with every write that goes into the binary log; of no use without GTID.
  const std::string& written() const { return mariadb ? gtid_binlog_pos : gtid_executed; }
  bool writable() const { return !read_only && !super_read_only.value_or(false); }
};

struct MysqlAsk {
  bool source_status = true;  ///< semi-sync status, connected replicas, the server's start
  bool apart = false;         ///< what makes the data differ though the sets are equal
  /// Of the look before: also what holds up the sessions, where nothing was written since.
  const WaitMemory* before = nullptr;
};

/// Two or three round trips. An error is the connection's; what a privilege hides is in the facts.
Result<MysqlFacts> gather_mysql(MysqlClient& client, MysqlAsk ask = {});

/// Received and not yet applied transactions, of one source and of all. What cannot be compared
/// counts as a backlog.
bool backlog(const MysqlFacts& facts, const ReplicaStatus& source);
bool backlog(const MysqlFacts& facts);

/// The server as can_promote() wants it: of several sources the worst thread, the largest lag.
ServerView server_view(const MysqlFacts& facts);
/// A server that could not be entered.
ServerView server_view(const Error& error);

}  // namespace ha
