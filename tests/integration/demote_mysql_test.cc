// Demotion of a real MariaDB primary.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

#include "tests/support/server_pairs.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

MysqlClient client_of(const MariaDb& server) {
  auto client = MysqlClient::connect(server.by_socket(), Millis{5000}, Millis{60'000});
  BOOST_REQUIRE(client.has_value());
  return std::move(*client);
}

std::string read_only(const MariaDb& server) {
  return server.value("SELECT @@global.read_only");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(demote_mysql)

BOOST_AUTO_TEST_CASE(every_state_but_master_ends_clients_and_sets_read_only) {
  MariaDb server;
  const Agent agent(mysql_section(server));
  for (const char* state : {"BACKUP", "FAULT", "STOP", "DELETED"}) {
    server.sql("SET GLOBAL read_only = OFF");
    MysqlClient client = client_of(server);
    BOOST_TEST(agent.run({"notify", state}) == 0);
    BOOST_TEST(read_only(server) == "1");
    BOOST_TEST(!client.exec("SELECT 1").has_value());
    BOOST_TEST(agent.last_outcome() == "done");
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_is_read_only_already_keeps_its_sessions) {
  MariaDb server;
  server.sql("SET GLOBAL read_only = ON");
  const Agent agent(mysql_section(server));
  MysqlClient client = client_of(server);
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(client.exec("SELECT 1").has_value());
}

BOOST_AUTO_TEST_CASE(a_commit_that_waits_for_an_acknowledgement_gets_no_ok) {
  MariaDbPair pair;
  const MariaDb& primary = pair.primary;
  primary.sql("SET GLOBAL rpl_semi_sync_master_timeout = 60000");
  pair.replica.freeze();

  MysqlClient writer = client_of(primary);
  bool acknowledged = true;
  std::thread insert([&] { acknowledged = writer.exec("INSERT INTO t.a VALUES (1)").has_value(); });
  BOOST_TEST(wait_for([&] { return primary.status("Rpl_semi_sync_master_wait_sessions") == "1"; }));
  const Agent agent(mysql_section(primary));
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  insert.join();
  pair.replica.thaw();
  BOOST_TEST(!acknowledged);
  BOOST_TEST(read_only(primary) == "1");
  BOOST_TEST(primary.value("SELECT @@global.rpl_semi_sync_master_enabled") == "1");
}

// Whose clients come back at once, as a pool does: nobody is told of a commit that no replica has.
BOOST_AUTO_TEST_CASE(a_client_that_comes_back_during_the_demotion_gets_no_ok_either) {
  MariaDbPair pair;
  const MariaDb& primary = pair.primary;
  primary.sql("CREATE TABLE t.b (i INT PRIMARY KEY AUTO_INCREMENT)");
  primary.sql("CREATE USER app IDENTIFIED BY 'app'");
  primary.sql("GRANT INSERT ON t.* TO app");
  BOOST_REQUIRE(pair.replica.wait_caught_up(primary));
  MysqlEndpoint app = primary.by_socket();
  app.user = app.password = "app";
  primary.sql("SET GLOBAL rpl_semi_sync_master_timeout = 3600000");
  primary.sql("SET GLOBAL rpl_semi_sync_master_wait_no_slave = ON");
  pair.replica.freeze();
  std::atomic<int> acknowledged = 0;
  std::vector<std::jthread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        auto client = MysqlClient::connect(app, Millis{5000}, Millis{60'000});
        if (client && client->exec("INSERT INTO t.b VALUES ()").has_value()) ++acknowledged;
      }
    });
  }
  BOOST_TEST(wait_for([&] { return primary.status("Rpl_semi_sync_master_wait_sessions") != "0"; }));
  const Agent agent(mysql_section(primary));
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  for (std::jthread& client : clients) client.request_stop();
  clients.clear();
  pair.replica.thaw();
  BOOST_TEST(acknowledged == 0);
  BOOST_TEST(read_only(primary) == "1");
}

BOOST_AUTO_TEST_CASE(an_open_transaction_and_a_table_lock_do_not_hold_a_demotion_up) {
  MariaDb server;
  server.sql("CREATE DATABASE t");
  server.sql("CREATE TABLE t.a (i INT PRIMARY KEY)");
  MysqlClient transaction = client_of(server);
  BOOST_REQUIRE(transaction.exec("BEGIN").has_value());
  BOOST_REQUIRE(transaction.exec("INSERT INTO t.a VALUES (1)").has_value());
  MysqlClient locker = client_of(server);
  BOOST_REQUIRE(locker.exec("CREATE TABLE t.b (i INT)").has_value());
  BOOST_REQUIRE(locker.exec("LOCK TABLES t.b WRITE").has_value());
  const Agent agent(mysql_section(server));
  BOOST_TEST(agent.run({"notify", "STOP"}) == 0);
  BOOST_TEST(read_only(server) == "1");
  BOOST_TEST(server.value("SELECT COUNT(*) FROM t.a") == "0");
}

BOOST_AUTO_TEST_CASE(a_session_that_may_not_be_ended_saves_no_other_one_and_is_told) {
  MariaDb server;
  server.sql("CREATE USER weak@localhost");
  server.sql("GRANT REPLICA MONITOR, READ_ONLY ADMIN, PROCESS ON *.* TO weak@localhost");
  MysqlClient protected_one = client_of(server);  // of root, first in the list
  MysqlEndpoint endpoint = server.by_socket();
  endpoint.user = "weak";
  auto own = MysqlClient::connect(endpoint, Millis{5000}, Millis{60'000});
  BOOST_REQUIRE(own.has_value());
  const Agent agent("[mysql main]\nsocket = " + endpoint.socket + "\nuser = weak\n");
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 1);
  BOOST_TEST(agent.last_outcome() == "failed");
  BOOST_TEST(!own->exec("SELECT 1").has_value());
  BOOST_TEST(protected_one.exec("SELECT 1").has_value());
  BOOST_TEST(read_only(server) == "1");
}

BOOST_AUTO_TEST_CASE(replicas_stay_connected_through_a_demotion) {
  MariaDb primary(semi_sync_args());
  MariaDb replica(semi_sync_args());
  replica.replicate_from(primary);
  const Agent agent(mysql_section(primary));
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(replica.replica_status("Slave_IO_Running") == "Yes");
  BOOST_TEST(
      primary.value("SELECT COUNT(*) FROM information_schema.processlist WHERE command = 'Binlog "
                    "Dump'") == "1");
}

BOOST_AUTO_TEST_CASE(a_server_that_is_down_is_a_failed_demotion_that_names_each_step) {
  MariaDb server;
  const Agent agent(mysql_section(server));
  server.kill9();
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 1);
  BOOST_TEST(agent.last_outcome() == "failed");
  const auto end = agent.journal("end").back();
  BOOST_TEST(end["problems"][0].get<std::string>().rfind("mysql main: kill-clients: ", 0) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
