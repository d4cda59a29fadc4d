// The MySQL probe against real servers: replicas in every condition, primaries, and servers that
// are down, frozen or do not let us in.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "agent/mysql_server.h"
#include "agent/record.h"
#include "tests/support/certificates.h"
#include "tests/support/checked.h"
#include "tests/support/full_server.h"
#include "tests/support/server_pairs.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

constexpr const char* kMain = "mysql main";

struct Pair : MariaDbPair {
  Pair() { replica.sql("SET GLOBAL read_only = ON"); }
};

std::string tcp_section(const MariaDb& server, const std::string& more) {
  return fmt::format("[mysql main]\nhost = 127.0.0.1\nport = {}\n{}\n", server.port(), more);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_mysql)

BOOST_AUTO_TEST_CASE(a_replica_that_follows_is_ok_and_stays_so_when_its_primary_is_gone) {
  Pair pair;
  const Agent agent(mysql_section(pair.replica));
  Checked checked = check(agent);
  BOOST_TEST(checked.code == 0);
  BOOST_TEST(checked.level(kMain) == "ok");
  BOOST_TEST(checked.of(kMain)["facts"]["lag_ms"] == 0);
  BOOST_TEST(!checked.of(kMain)["facts"]["backlog"].get<bool>());
  pair.primary.kill9();
  BOOST_REQUIRE(
      wait_for([&] { return pair.replica.replica_status("Slave_IO_Running") == "Connecting"; }));
  checked = check(agent);
  BOOST_TEST(checked.code == 0);
  BOOST_TEST(checked.level(kMain) == "ok");
  BOOST_TEST(checked.says(kMain, "its source is gone, it was up to date, and it can be promoted"));
}

BOOST_AUTO_TEST_CASE(an_applier_error_is_no) {
  Pair pair;
  pair.replica.sql("SET GLOBAL gtid_strict_mode = OFF");
  pair.replica.sql("INSERT INTO t.a VALUES (7)");
  pair.primary.sql("INSERT INTO t.a VALUES (7)");
  BOOST_REQUIRE(wait_for([&] { return pair.replica.replica_status("Last_SQL_Errno") == "1062"; }));
  const Agent agent(mysql_section(pair.replica));
  const Checked checked = check(agent);
  BOOST_TEST(checked.code == 1);
  BOOST_TEST(checked.says(kMain, "the applier failed"));
  BOOST_TEST(checked.says(kMain, "(1062)"));
}

BOOST_AUTO_TEST_CASE(a_stopped_applier_is_said_and_with_a_backlog_it_is_no) {
  Pair pair;
  pair.replica.sql("STOP SLAVE SQL_THREAD");
  const Agent agent(mysql_section(pair.replica));
  Checked checked = check(agent);
  BOOST_TEST(checked.code == 0);
  BOOST_TEST(checked.level(kMain) == "degraded");
  pair.primary.sql("INSERT INTO t.a VALUES (1)");
  BOOST_REQUIRE(wait_for([&] {
    return pair.replica.replica_status("Gtid_IO_Pos") ==
           pair.primary.value("SELECT @@global.gtid_binlog_pos");
  }));
  checked = check(agent);
  BOOST_TEST(checked.code == 1);
  BOOST_TEST(checked.says(kMain, "the applier is stopped and received transactions"));
}

BOOST_AUTO_TEST_CASE(a_replica_further_behind_than_max_lag_is_no) {
  Pair pair;
  pair.replica.sql("STOP SLAVE");
  pair.replica.sql("CHANGE MASTER TO MASTER_DELAY = 3600");
  pair.replica.sql("START SLAVE");
  pair.primary.sql("INSERT INTO t.a VALUES (1)");
  BOOST_REQUIRE(wait_for([&] {
    const std::string behind = pair.replica.replica_status("Seconds_Behind_Master");
    return behind != "NULL" && std::stoi(behind) >= 2;
  }));
  const Agent strict(mysql_section(pair.replica, "max_lag = 1s"));
  BOOST_TEST(check(strict).code == 1);
  BOOST_TEST(check(strict).says(kMain, "more than max_lag = 1s"));
  const Agent patient(mysql_section(pair.replica, "max_lag = 1h"));
  BOOST_TEST(check(patient).code == 0);
}

BOOST_AUTO_TEST_CASE(a_receiver_that_the_primary_refuses_is_degraded) {
  Pair pair;
  pair.replica.sql("STOP SLAVE");
  pair.replica.sql("CHANGE MASTER TO MASTER_PASSWORD = 'wrong'");
  pair.replica.sql("START SLAVE");
  BOOST_REQUIRE(wait_for([&] { return pair.replica.replica_status("Last_IO_Errno") == "1045"; }));
  const Agent agent(mysql_section(pair.replica));
  BOOST_TEST(check(agent).code == 0);
  BOOST_TEST(check(agent).level(kMain) == "degraded");
  BOOST_TEST(check(agent).says(kMain, "(1045)"));
}

BOOST_AUTO_TEST_CASE(a_fresh_replica_and_one_that_was_restarted_have_no_backlog) {
  MariaDb source(semi_sync_args());
  MariaDb replica(semi_sync_args());
  replica.replicate_from(source);
  const Agent agent(mysql_section(replica));
  BOOST_TEST(!check(agent).of(kMain)["facts"]["backlog"].get<bool>());
  source.sql("CREATE DATABASE t");
  BOOST_REQUIRE(replica.wait_caught_up(source));
  replica.stop();
  replica.start({"--skip-slave-start"});
  const Checked checked = check(agent);
  BOOST_TEST(!checked.of(kMain)["facts"]["backlog"].get<bool>());
  BOOST_TEST(checked.code == 0);
}

BOOST_AUTO_TEST_CASE(a_primary_without_its_replica_is_degraded_and_with_it_is_ok) {
  MariaDb server(semi_sync_args());
  const Agent agent(mysql_section(server, "peer_host = 127.0.0.1"));
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  Checked checked = check(agent);
  BOOST_TEST(checked.code == 0);
  BOOST_TEST(checked.report["role"] == "MASTER");
  BOOST_TEST(checked.level(kMain) == "degraded");
  BOOST_TEST(checked.says(kMain, "no semi-sync replica is connected"));
  MariaDb replica(semi_sync_args());
  replica.replicate_from(server);
  server.sql("SET GLOBAL rpl_semi_sync_master_wait_no_slave = OFF");
  checked = check(agent);
  BOOST_TEST(checked.says(kMain, "SET GLOBAL rpl_semi_sync_master_wait_no_slave = ON"));
  server.sql("SET GLOBAL rpl_semi_sync_master_wait_no_slave = ON");
  checked = check(agent);
  BOOST_TEST(checked.level(kMain) == "ok");
  BOOST_TEST(checked.says(kMain, "semi-sync on with 1 replica"));
  server.sql("SET GLOBAL read_only = ON");
  BOOST_TEST(check(agent).code == 1);
  BOOST_TEST(check(agent).says(kMain, "read-only"));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_alive_but_does_not_let_us_in) {
  MariaDb server;
  server.sql("CREATE USER agent@localhost IDENTIFIED BY 'right'");
  server.sql("GRANT ALL ON *.* TO agent@localhost");
  const Agent agent(fmt::format("[mysql main]\nsocket = {}\nuser = agent\npassword = right\n",
                                server.by_socket().socket));
  BOOST_TEST(check(agent).code == 0);
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  server.sql("SET PASSWORD FOR agent@localhost = PASSWORD('other')");
  const Checked master = check(agent);
  BOOST_TEST(master.code == 0);
  BOOST_TEST(master.level(kMain) == "degraded");
  BOOST_TEST(master.says(kMain, "alive, but it does not let us in"));
  server.sql("SET PASSWORD FOR agent@localhost = PASSWORD('right')");
  server.sql("ALTER USER agent@localhost ACCOUNT LOCK");
  const Checked locked = check(agent);
  BOOST_TEST(locked.level(kMain) == "degraded");
  BOOST_TEST(locked.says(kMain, "(4151)"));
  BOOST_REQUIRE(agent.run({"notify", "BACKUP"}) != 64);
  const Checked standby = check(agent);
  BOOST_TEST(standby.level(kMain) == "no");
  BOOST_TEST(standby.code == 1);
}

// Without watch only checks look, and what a source once said is not true for ever.
BOOST_AUTO_TEST_CASE(a_source_that_ceased_to_wait_is_noticed_by_checks_alone) {
  Pair pair;
  const Agent agent(mysql_section(pair.replica, peer_keys(pair.primary)));
  const auto record = [&] {
    check(agent);
    return record_or_void({agent.state_dir()}, "mysql main").freshness;
  };
  BOOST_REQUIRE(agent.run({"notify", "BACKUP"}) != 64);
  BOOST_REQUIRE(wait_for([&] { return record() == Freshness::fresh; }));
  pair.primary.sql("SET GLOBAL rpl_semi_sync_master_enabled = OFF");
  BOOST_TEST(wait_for([&] { return record() == Freshness::stale; }));
}

// Who is cut off from everybody has to stop its writes, and this one may be taking them.
BOOST_AUTO_TEST_CASE(an_isolated_master_that_does_not_let_us_in_is_no) {
  MariaDb server;
  server.sql("CREATE USER agent@localhost IDENTIFIED BY 'right'");
  server.sql("GRANT ALL ON *.* TO agent@localhost");
  const int nobody = free_port();
  const Agent agent(
      fmt::format("[mysql main]\nsocket = {}\nuser = agent\npassword = right\npeer_host = "
                  "127.0.0.1\npeer_port = {}\n[witness w]\ntype = http\nurl = "
                  "http://127.0.0.1:{}/\n",
                  server.by_socket().socket, nobody, nobody));
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) != 64);
  server.sql("SET PASSWORD FOR agent@localhost = PASSWORD('other')");
  const Checked master = check(agent);
  BOOST_TEST(master.code == 1);
  BOOST_TEST(master.level(kMain) == "no");
  BOOST_TEST(master.says(kMain, "the server lets nobody in: cannot log in"));
  BOOST_TEST(master.says(kMain, "isolated: neither the peer nor"));
}

BOOST_AUTO_TEST_CASE(an_account_that_may_not_see_replication_is_no_proof_for_a_standby) {
  MariaDb server;
  server.sql("CREATE USER agent@localhost IDENTIFIED BY 'right'");
  const Agent agent(fmt::format("[mysql main]\nsocket = {}\nuser = agent\npassword = right\n",
                                server.by_socket().socket));
  const Checked checked = check(agent);
  BOOST_TEST(checked.code == 1);
  BOOST_TEST(checked.says(kMain, "cannot see its replication"));
}

BOOST_AUTO_TEST_CASE(a_killed_server_is_no_and_a_frozen_one_is_no_verdict) {
  MariaDb server;
  const Agent by_socket(mysql_section(server));
  const Agent by_tcp(tcp_section(server, "user = root"));
  server.freeze();
  for (const Agent* agent : {&by_socket, &by_tcp}) {
    const Checked frozen = check(*agent, {"--deadline", "300ms"});
    BOOST_TEST(frozen.code == 2);
    // What is left of the deadline when the probes begin, to the millisecond.
    BOOST_TEST(frozen.seen(kMain).find("connected, no greeting within ") == 0U);
  }
  server.thaw();
  server.kill9();
  for (const Agent* agent : {&by_socket, &by_tcp}) {
    const Checked killed = check(*agent);
    BOOST_TEST(killed.code == 1);
    BOOST_TEST(killed.level(kMain) == "no");
  }
}

// Said before TLS, where the library has a number of its own for it.
BOOST_AUTO_TEST_CASE(
    a_server_without_a_free_connection_is_told_from_one_that_is_gone_with_tls_too) {
  const Certificates ours;
  const MariaDb server(
      {"--ssl-ca=" + ours.ca(), "--ssl-cert=" + ours.certificate(), "--ssl-key=" + ours.key()});
  MysqlEndpoint endpoint = server.by_tcp();
  endpoint.ssl_mode = SslMode::required;
  BOOST_REQUIRE(MysqlClient::connect(endpoint, Millis{5000}, Millis{5000}).has_value());
  const Full full(server);
  const auto refused = MysqlClient::connect(endpoint, Millis{5000}, Millis{5000});
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().code == 1040);
  BOOST_TEST((refused.error().kind == ErrorKind::answered));
}

BOOST_AUTO_TEST_CASE(tls_is_as_strict_as_ssl_mode_says) {
  const Certificates ours;
  const Certificates others;
  MariaDb secure(
      {"--ssl-ca=" + ours.ca(), "--ssl-cert=" + ours.certificate(), "--ssl-key=" + ours.key()});
  MariaDb plain;
  const auto code = [](const MariaDb& server, const std::string& keys) {
    return check(Agent(tcp_section(server, "user = root\n" + keys)), {"--deadline", "5s"}).code;
  };
  BOOST_TEST(code(secure, "ssl_mode = required") == 0);
  BOOST_TEST(code(secure, "ssl_mode = required\nssl_ca = " + others.ca()) == 1);
  BOOST_TEST(code(secure, "ssl_mode = verify-identity\nssl_ca = " + ours.ca()) == 0);
  BOOST_TEST(code(secure, "ssl_mode = verify-identity\nssl_ca = " + others.ca()) == 1);
  BOOST_TEST(code(plain, "ssl_mode = required") == 1);
  BOOST_TEST(code(plain, "ssl_mode = preferred") == 0);
  BOOST_TEST(code(plain, "ssl_mode = verify-identity\nssl_ca = " + ours.ca()) == 1);

  // Over loopback `preferred` goes without TLS, unless the server or the account demand it.
  secure.sql("CREATE USER strict@'%' IDENTIFIED BY '' REQUIRE SSL");
  secure.sql("GRANT ALL ON *.* TO strict@'%'");
  const auto strict = [&](const std::string& keys) {
    return check(Agent(tcp_section(secure, "user = strict\n" + keys)), {"--deadline", "5s"});
  };
  BOOST_TEST(!strict("ssl_mode = preferred").says(kMain, "cannot log in"));
  BOOST_TEST(strict("ssl_mode = disabled").says(kMain, "1045"));
}

BOOST_AUTO_TEST_SUITE_END()
