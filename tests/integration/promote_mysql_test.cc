// Promotion of a real MariaDB replica.
#include <boost/test/unit_test.hpp>

#include "agent/mysql_server.h"
#include "tests/support/full_server.h"
#include "tests/support/server_pairs.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

// A primary and its replica, with a table of three rows on both.
struct Pair : MariaDbPair {
  Pair() {
    primary.sql("INSERT INTO t.a VALUES (1), (2), (3)");
    BOOST_REQUIRE(replica.wait_caught_up(primary));
    replica.sql("SET GLOBAL read_only = ON");
  }

  // Rows that are received and cannot be applied, because a session holds the table.
  MysqlClient block_applier(int row) {
    auto client = MysqlClient::connect(replica.by_socket(), Millis{5000}, Millis{60'000});
    BOOST_REQUIRE(client.has_value());
    BOOST_REQUIRE(client->exec("LOCK TABLES t.a READ").has_value());
    primary.sql("INSERT INTO t.a VALUES (" + std::to_string(row) + ")");
    BOOST_REQUIRE(wait_for([&] {
      const auto facts = gather_mysql(*client, {.source_status = false});
      return facts && backlog(*facts);
    }));
    return std::move(*client);
  }

  // On the replica alone: not in its binary log.
  void change_replica(const std::string& statement) const {
    auto client = MysqlClient::connect(replica.by_socket(), Millis{5000}, Millis{5000});
    BOOST_REQUIRE(client.has_value());
    BOOST_REQUIRE(client->exec("SET sql_log_bin = 0").has_value());
    BOOST_REQUIRE(client->exec(statement).has_value());
  }

  Agent promoter() const { return Agent(mysql_section(replica, peer_keys(primary))); }

  std::string rows() const { return replica.value("SELECT COUNT(*) FROM t.a"); }
  std::string read_only() const { return replica.value("SELECT @@global.read_only"); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(promote_mysql)

BOOST_AUTO_TEST_CASE(a_replica_becomes_a_writable_primary_without_a_source) {
  Pair pair;
  const Agent agent(mysql_section(pair.replica));
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  BOOST_TEST(pair.read_only() == "0");
  BOOST_TEST(pair.replica.replica_status("Slave_IO_Running").empty());
  BOOST_TEST(pair.replica.value("SELECT @@global.rpl_semi_sync_master_enabled") == "1");
  BOOST_TEST(pair.replica.value("SELECT @@global.rpl_semi_sync_slave_enabled") == "0");
  BOOST_TEST(pair.replica.value("SELECT @@global.rpl_semi_sync_master_wait_no_slave") == "0");
  BOOST_TEST(agent.last_outcome() == "done");
  const std::vector<std::string> expected{
      "mysql main/record-position", "mysql main/fence-peer",     "mysql main/stop-receiving",
      "mysql main/drain",           "mysql main/remove-source",  "mysql main/semi-sync",
      "mysql main/judge",           "mysql main/lift-read-only", "mysql main/look-again"};
  BOOST_TEST(agent.last_steps() == expected, boost::test_tools::per_element());
  BOOST_TEST(agent.role()["work"] == "done");
}

BOOST_AUTO_TEST_CASE(a_second_run_finds_everything_done) {
  Pair pair;
  const Agent agent(mysql_section(pair.replica));
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  const std::string gtid = pair.replica.value("SELECT @@gtid_current_pos");
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(pair.read_only() == "0");
  BOOST_TEST(pair.replica.value("SELECT @@gtid_current_pos") == gtid);
}

BOOST_AUTO_TEST_CASE(what_was_received_is_applied_before_writes_are_let_in) {
  Pair pair;
  const Agent agent(mysql_section(pair.replica));
  {
    MysqlClient blocker = pair.block_applier(4);
    Child hook = agent.start({"notify", "MASTER"});
    BOOST_REQUIRE(wait_for([&] { return agent.has_step("mysql main", "stop-receiving"); }));
    BOOST_TEST(pair.read_only() == "1");
    BOOST_REQUIRE(blocker.exec("UNLOCK TABLES").has_value());
    BOOST_TEST(hook.wait() == 0);
  }
  BOOST_TEST(pair.rows() == "4");
  BOOST_TEST(pair.read_only() == "0");
}

BOOST_AUTO_TEST_CASE(a_drain_that_does_not_end_is_refused_and_the_next_event_promotes) {
  Pair pair;
  const Agent agent(mysql_section(pair.replica, "drain_timeout = 1s"));
  {
    MysqlClient blocker = pair.block_applier(4);
    BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
    BOOST_TEST(pair.read_only() == "1");
    BOOST_TEST(agent.last_outcome() == "refused");
    BOOST_TEST(agent.role()["work"] == "refused");
    BOOST_TEST(agent.role()["refusals"][0]["cause"] == "drain");
    BOOST_TEST(pair.replica.replica_status("Master_Port") == std::to_string(pair.primary.port()));
    BOOST_REQUIRE(blocker.exec("UNLOCK TABLES").has_value());
  }
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(pair.rows() == "4");
  BOOST_TEST(pair.read_only() == "0");
  BOOST_TEST(agent.role()["refusals"].empty());
}

BOOST_AUTO_TEST_CASE(an_applier_in_error_with_unapplied_transactions_is_refused_untouched) {
  Pair pair;
  pair.change_replica("INSERT INTO t.a VALUES (4)");
  pair.primary.sql("INSERT INTO t.a VALUES (4)");
  BOOST_REQUIRE(wait_for([&] { return pair.replica.replica_status("Slave_SQL_Running") == "No"; }));
  const Agent agent(mysql_section(pair.replica));
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(agent.last_outcome() == "refused");
  BOOST_TEST(pair.read_only() == "1");
  BOOST_TEST(pair.replica.replica_status("Slave_IO_Running") == "Yes");
}

BOOST_AUTO_TEST_CASE(a_step_answered_with_an_error_is_retried_then_held_until_ack) {
  Pair pair;
  const std::string grants =
      "REPLICA MONITOR, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, BINLOG MONITOR, "
      "CONNECTION "
      "ADMIN, RELOAD, PROCESS";
  pair.change_replica("GRANT " + grants + " ON *.* TO agent@localhost IDENTIFIED BY 'x'");
  Agent agent("[mysql main]\nuser = agent\npassword = x\nsocket = " +
                  pair.replica.by_socket().socket + "\n",
              "promote_retries = 3\nretry_delay = 100ms");
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(agent.last_outcome() == "failed");
  BOOST_TEST(agent.role()["held"]["step"] == "lift-read-only");
  const auto steps = agent.last_steps();
  BOOST_TEST(std::count(steps.begin(), steps.end(), "mysql main/lift-read-only") == 3);

  // Held: the next event does not try again, until the operator has acknowledged.
  pair.change_replica("GRANT READ_ONLY ADMIN ON *.* TO agent@localhost");
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(agent.last_outcome() == "refused");
  std::string said;
  BOOST_TEST(agent.run({"ack"}, &said) == 0);
  BOOST_TEST(said.find("no longer held: mysql main: lift-read-only") != std::string::npos);
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(pair.read_only() == "0");
  BOOST_TEST(agent.run({"ack"}, &said) == 0);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_down_is_a_refusal_and_not_held) {
  Pair pair;
  const Agent agent(mysql_section(pair.replica));
  pair.replica.kill9();
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(agent.role()["refusals"][0]["cause"] == "server");
  BOOST_TEST(agent.role()["held"].is_null());
}

BOOST_AUTO_TEST_CASE(a_frozen_server_is_a_refusal_within_the_bound) {
  Pair pair;
  const Agent agent(mysql_section(pair.replica));
  pair.replica.freeze();
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
  pair.replica.thaw();
  BOOST_TEST(agent.role()["refusals"][0]["cause"] == "server");
  BOOST_TEST(pair.read_only() == "1");
}

BOOST_AUTO_TEST_CASE(without_the_vip_nothing_is_promoted) {
  Pair pair;
  const Agent agent(mysql_section(pair.replica, peer_keys(pair.primary)), "vip = 192.0.2.250");
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(agent.role()["refusals"][0]["cause"] == "vip");
  BOOST_TEST(pair.read_only() == "1");
  BOOST_TEST(pair.primary.value("SELECT @@global.read_only") == "0");
}

// As one whose storage hangs does.
BOOST_AUTO_TEST_CASE(a_peer_that_lets_us_in_and_answers_nothing_is_waited_out_like_a_silent_one) {
  const MariaDbPair pair;
  TcpRelay cable(pair.primary.port());
  const Redis witness;
  const Agent agent(
      mysql_section(pair.replica, "peer_host = 127.0.0.1\npeer_port = " +
                                      std::to_string(cable.port()) + "\ndrain_timeout = 5s\n") +
          "[witness w]\ntype = tcp\nhost = 127.0.0.1\nport = " + std::to_string(witness.port()) +
          "\n",
      "isolation_timeout = 1s\ncheck_reaction = 1s");
  BOOST_REQUIRE(agent.run({"check"}) == 0);
  cable.hold_at("SHOW");
  agent.run({"notify", "MASTER"});
  std::string detail;
  for (const auto& line : agent.journal("step")) {
    if (line.value("step", "") == "fence-peer") detail = line.value("detail", "");
  }
  BOOST_TEST(detail.find("the peer does not answer (") != std::string::npos, detail);
  BOOST_TEST(agent.last_outcome() == "done");
}

// It serves those who are in.
BOOST_AUTO_TEST_CASE(a_peer_that_lets_nobody_in_is_not_passed) {
  const Pair pair;
  const Agent agent = pair.promoter();
  {
    const Full full(pair.primary);
    BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
    const auto refusal = agent.role()["refusals"][0];
    BOOST_TEST(refusal["cause"] == "refusing");
    const auto why = refusal["why"].get<std::string>();
    BOOST_TEST(why.find("answers and lets nobody in") != std::string::npos, why);
    BOOST_TEST(pair.read_only() == "1");
  }
  BOOST_REQUIRE(wait_for([&] { return pair.primary.up(); }));
  BOOST_TEST(pair.primary.value("SELECT @@global.read_only") == "0");
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(pair.primary.value("SELECT @@global.read_only") == "1");
  BOOST_TEST(pair.read_only() == "0");
}

// Else a peer that comes back in the midst of it would fence this server and be promoted, too.
BOOST_AUTO_TEST_CASE(past_a_silent_peer_the_lock_of_this_server_is_held_to_the_end) {
  Pair pair;
  const Agent agent = pair.promoter();
  MysqlClient reader = pair.block_applier(4);
  auto stale = MysqlClient::connect(pair.replica.by_socket(), Millis{5000}, Millis{5000});
  BOOST_REQUIRE(stale.has_value());
  BOOST_REQUIRE(stale->scalar("SELECT GET_LOCK('ha_agent', 0)").value() == "1");
  pair.primary.kill9();
  Child promotion = agent.start({"notify", "MASTER"});
  // A session of the peer's that was silent too long.
  BOOST_TEST(wait_for([&] { return !stale->scalar("SELECT 1").has_value(); }));
  BOOST_TEST(wait_for([&] { return agent.has_step("mysql main", "fence-peer"); }));
  BOOST_TEST(pair.replica.value("SELECT GET_LOCK('ha_agent', 0)") == "0");
  BOOST_REQUIRE(reader.exec("UNLOCK TABLES").has_value());
  BOOST_TEST(promotion.wait() == 0);
  BOOST_TEST(pair.read_only() == "0");
  BOOST_TEST(pair.rows() == "4");
}

// Its own node ends it on leaving MASTER.
BOOST_AUTO_TEST_CASE(a_peer_that_lets_nobody_in_is_waited_for_until_it_is_gone) {
  Pair pair;
  const Agent agent = pair.promoter();
  Full full(pair.primary);
  const int before = full.refused();
  Child promotion = agent.start({"notify", "MASTER"});
  BOOST_REQUIRE(wait_for([&] { return full.refused() >= before + 3; }));
  BOOST_TEST(pair.read_only() == "1");
  pair.primary.kill9();
  BOOST_TEST(promotion.wait() == 0);
  BOOST_TEST(pair.read_only() == "0");
}

BOOST_AUTO_TEST_SUITE_END()
