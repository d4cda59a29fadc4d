// The replication statements of each flavour. Pure.
// Source: MySQL 8.4 manual 15.4.2 (STOP REPLICA and RESET REPLICA from 8.0.22, the SLAVE words are
// gone in 8.4); MariaDB 10.11 knowledge base (STOP ALL SLAVES, RESET SLAVE 'name' ALL); MySQL 8.0
// manual 13.4.2.3 (CHANGE REPLICATION SOURCE TO from 8.0.23, GET_MASTER_PUBLIC_KEY from 8.0.4).
#pragma once
#include <string>

namespace ha {

/// A source to follow; texts are quoted SQL literals already.
struct SourceWords {
  std::string host;
  int port = 0;
  std::string user;
  std::string password;
  bool tls = false;
  bool verify = false;  ///< the certificate and the name in it
  std::string ca;       ///< quoted, empty quotes for none
};

struct MysqlWords {
  bool mariadb = false;
  bool replica = false;  ///< REPLICA instead of SLAVE
  bool source = false;   ///< SOURCE instead of MASTER, in CHANGE
  bool public_key = false;

  static MysqlWords of(bool mariadb, unsigned long version) {
    return {mariadb, !mariadb && version >= 80022, !mariadb && version >= 80023,
            !mariadb && version >= 80004};
  }

  /// Every IO thread. On MariaDB one at a time: see stop_receiving in mysql_promote.cc.
  std::string stop_receiver(const std::string& quoted_channel) const {
    if (mariadb) return "STOP SLAVE " + quoted_channel + " IO_THREAD";
    return replica ? "STOP REPLICA IO_THREAD" : "STOP SLAVE IO_THREAD";
  }
  std::string stop_all() const {
    if (mariadb) return "STOP ALL SLAVES";
    return replica ? "STOP REPLICA" : "STOP SLAVE";
  }
  std::string start() const { return replica ? "START REPLICA" : "START SLAVE"; }
  std::string start_receiver(const std::string& quoted_channel) const {
    if (mariadb) return "START SLAVE " + quoted_channel + " IO_THREAD";
    return replica ? "START REPLICA IO_THREAD" : "START SLAVE IO_THREAD";
  }
  /// The default channel's source, by GTID. Retried every second, and for years: MySQL 8.4 gives up
  /// after 10 tries.
  std::string change(const SourceWords& to) const;
  std::string forget(const std::string& quoted_channel) const {
    if (mariadb) return "RESET SLAVE " + quoted_channel + " ALL";
    return replica ? "RESET REPLICA ALL" : "RESET SLAVE ALL";
  }
  /// One second's wait for a position; the result is ignored, the status is read again.
  std::string wait_for(const std::string& quoted_gtid) const {
    if (mariadb) return "SELECT MASTER_GTID_WAIT(" + quoted_gtid + ", 1)";
    return "SELECT WAIT_FOR_EXECUTED_GTID_SET(" + quoted_gtid + ", 1)";
  }
};

}  // namespace ha
