#include "tests/support/mariadb.h"

#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "agent/mysql_client.h"
#include "tests/support/frozen.h"
#include "tests/support/run_dir.h"
#include "tests/support/wait.h"

namespace ha::test {
namespace {

std::vector<std::string> small_files() {
  return {"--innodb-log-file-size=4M", "--innodb-autoextend-increment=1"};
}

/// mariadb-install-db takes most of a second, so it runs once and its result is copied.
const std::string& template_dir() {
  static const std::string path = [] {
    const std::string dir = run_dir() + "/mariadb-template";
    std::vector<std::string> argv{"mariadb-install-db", "--no-defaults",
                                  "--auth-root-authentication-method=normal", "--skip-test-db",
                                  "--datadir=" + dir};
    if (::geteuid() == 0) argv.emplace_back("--user=root");
    for (const std::string& arg : small_files()) argv.push_back(arg);
    std::string output;
    if (run(argv, &output) != 0) throw std::runtime_error("mariadb-install-db: " + output);
    // Here and not later, because the first commit of a semi-sync source without a replica stalls.
    std::string make_account = "mariadbd --no-defaults --bootstrap --datadir=" + dir;
    if (::geteuid() == 0) make_account += " --user=root";
    for (const std::string& arg : small_files()) make_account += " " + arg;
    make_account +=
        " <<< $'FLUSH PRIVILEGES;\\nGRANT REPLICATION SLAVE ON *.* TO repl@`%` IDENTIFIED BY "
        "\"repl\";'";
    if (run({"bash", "-c", make_account}, &output) != 0) {
      throw std::runtime_error("mariadbd --bootstrap: " + output);
    }
    return dir;
  }();
  return path;
}

int next_server_id() {
  static int last = 100;
  return ++last;
}

}  // namespace

MariaDb::MariaDb(std::vector<std::string> args)
    : port_(free_port()), server_id_(next_server_id()), args_(std::move(args)) {
  std::filesystem::copy(template_dir(), dir_.path() + "/data",
                        std::filesystem::copy_options::recursive);
  start();
}

void MariaDb::start(const std::vector<std::string>& more_args) {
  const std::string& dir = dir_.path();
  std::vector<std::string> argv{"mariadbd",
                                "--no-defaults",
                                "--datadir=" + dir + "/data",
                                "--socket=" + dir + "/sock",
                                "--pid-file=" + dir + "/pid",
                                "--tmpdir=" + dir,
                                "--bind-address=127.0.0.1",
                                "--port=" + std::to_string(port_),
                                "--server-id=" + std::to_string(server_id_),
                                "--innodb-buffer-pool-size=8M",
                                "--innodb-flush-log-at-trx-commit=2",
                                "--performance-schema=OFF",
                                "--skip-name-resolve"};
  if (::geteuid() == 0) argv.emplace_back("--user=root");
  for (const std::string& arg : small_files()) argv.push_back(arg);
  for (const std::string& arg : args_) argv.push_back(arg);
  for (const std::string& arg : more_args) argv.push_back(arg);
  process_ = Child(argv, dir + "/log");
  if (!wait_for([&] { return up() || !process_.running(); }) || !process_.running()) {
    throw std::runtime_error("mariadbd did not start: " + log());
  }
}

void MariaDb::stop() {
  process_.signal(SIGTERM);
  process_.signal(SIGCONT);
  process_.wait();
}

void MariaDb::kill9() {
  process_.kill();
}

void MariaDb::freeze() {
  test::freeze(process_.pid());
}

void MariaDb::thaw() {
  process_.signal(SIGCONT);
}

std::vector<MysqlRow> MariaDb::sql(const std::string& statement) const {
  auto client = MysqlClient::connect(by_socket(), Millis{10'000}, Millis{60'000});
  if (!client) throw std::runtime_error(client.error().message);
  auto rows = client->query(statement);
  if (!rows) throw std::runtime_error(statement + ": " + rows.error().message);
  return std::move(*rows);
}

bool MariaDb::up() const {
  return MysqlClient::connect(by_socket(), Millis{1000}, Millis{1000}).has_value();
}

std::string MariaDb::value(const std::string& statement) const {
  auto client = MysqlClient::connect(by_socket(), Millis{10'000}, Millis{60'000});
  if (!client) throw std::runtime_error(client.error().message);
  auto value = client->scalar(statement);
  if (!value) throw std::runtime_error(statement + ": " + value.error().message);
  return value->value_or("");
}

std::string MariaDb::status(const std::string& variable) const {
  return sql("SHOW GLOBAL STATUS LIKE '" + variable + "'").at(0).at("Value").value_or("");
}

MysqlEndpoint MariaDb::by_socket() const {
  MysqlEndpoint endpoint;
  endpoint.socket = dir_.path() + "/sock";
  endpoint.user = "root";
  return endpoint;
}

MysqlEndpoint MariaDb::by_tcp() const {
  MysqlEndpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = port_;
  endpoint.user = "root";
  return endpoint;
}

void MariaDb::replicate_from(MariaDb& source) {
  if (source.replica_status("Slave_IO_Running").empty() &&
      value("SELECT @@global.gtid_slave_pos").empty()) {
    source.sql("RESET MASTER");
    sql("RESET MASTER");
  }
  sql("STOP SLAVE");
  // Else the replica's own applier waits out a semi-sync timeout for a replica that it has not.
  sql("SET GLOBAL rpl_semi_sync_master_wait_no_slave=OFF");
  sql("CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=" + std::to_string(source.port()) +
      ", MASTER_USER='repl', MASTER_PASSWORD='repl', MASTER_USE_GTID=slave_pos, "
      "MASTER_CONNECT_RETRY=1");
  sql("START SLAVE");
  const bool semi_sync = source.value("SELECT @@global.rpl_semi_sync_master_enabled") == "1" &&
                         value("SELECT @@global.rpl_semi_sync_slave_enabled") == "1";
  const auto registered = [&] {
    return !semi_sync || source.status("Rpl_semi_sync_master_clients") != "0";
  };
  if (!wait_caught_up(source) || !wait_for(registered)) {
    throw std::runtime_error("the replica does not follow: " + log());
  }
}

bool MariaDb::wait_caught_up(const MariaDb& source) const {
  return wait_for([&] {
    const std::string want = source.value("SELECT @@global.gtid_binlog_pos");
    return value("SELECT @@global.gtid_slave_pos") == want &&
           replica_status("Slave_IO_Running") == "Yes" &&
           replica_status("Slave_SQL_Running") == "Yes";
  });
}

std::string MariaDb::replica_status(const std::string& column) const {
  const auto rows = sql("SHOW SLAVE STATUS");
  if (rows.empty()) return {};
  const auto found = rows.front().find(column);
  return found == rows.front().end() ? std::string{} : found->second.value_or("NULL");
}

std::vector<std::string> semi_sync_args() {
  return {"--log-bin=bin",
          "--log-slave-updates",
          "--gtid-strict-mode=1",
          "--rpl-semi-sync-master-enabled=1",
          "--rpl-semi-sync-slave-enabled=1",
          "--rpl-semi-sync-master-timeout=3000"};
}

}  // namespace ha::test
