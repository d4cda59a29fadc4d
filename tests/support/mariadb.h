// A real MariaDB server of the test's own: data directory, socket and port below the run's
// directory. Account: root without a password, by socket and by 127.0.0.1.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/mysql_client.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace ha::test {

class MariaDb {
 public:
  /// Starts it and waits until it answers. `args` are added to mariadbd's.
  explicit MariaDb(std::vector<std::string> args = {});

  /// With the same data directory, socket and port as before; waits until it answers.
  void start(const std::vector<std::string>& more_args = {});
  void stop();    ///< SIGTERM, and waits for the end
  void kill9();   ///< and waits for the end
  void freeze();  ///< SIGSTOP, and waits until every thread stands
  void thaw();

  /// As root by the socket, on a connection of its own; throws with the server's words.
  std::vector<MysqlRow> sql(const std::string& statement) const;
  /// Whether it answers.
  bool up() const;
  /// The first column of the first row; "" for none or NULL.
  std::string value(const std::string& statement) const;

  /// One of SHOW GLOBAL STATUS.
  std::string status(const std::string& variable) const;

  MysqlEndpoint by_socket() const;
  MysqlEndpoint by_tcp() const;
  int port() const { return port_; }
  int server_id() const { return server_id_; }
  pid_t pid() const { return process_.pid(); }
  const std::string& dir() const { return dir_.path(); }
  std::string log() const { return read_text(dir_.path() + "/log"); }

  /// CHANGE MASTER (GTID, slave_pos, retry each second), START SLAVE, wait_no_slave OFF, and waits
  /// until it has caught up. The first call empties both binary logs' history, so that the two
  /// begin equal.
  void replicate_from(MariaDb& source);
  /// Waits until everything in the source's binary log is applied here.
  bool wait_caught_up(const MariaDb& source) const;
  /// One column of SHOW SLAVE STATUS; "" when there is no source.
  std::string replica_status(const std::string& column) const;

 private:
  TempDir dir_;
  int port_;
  int server_id_;
  std::vector<std::string> args_;
  Child process_;
};

/// The account `repl`, password `repl`, is in every server. What a pair with semi-sync and GTID
/// needs: a binary log, log_slave_updates, strict mode, semi-sync enabled on both sides.
std::vector<std::string> semi_sync_args();

}  // namespace ha::test
