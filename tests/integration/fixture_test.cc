// The servers that the other tests lean on: a pair follows, stands still when frozen, and comes
// back with its data.
#include <boost/test/unit_test.hpp>

#include "agent/mysql_server.h"
#include "tests/support/server_pairs.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

BOOST_AUTO_TEST_SUITE(fixtures)

BOOST_AUTO_TEST_CASE(a_mariadb_pair_replicates_with_semi_sync) {
  const MariaDbPair pair;
  pair.primary.sql("INSERT INTO t.a VALUES (1)");
  BOOST_TEST(pair.replica.wait_caught_up(pair.primary));
  BOOST_TEST(pair.replica.value("SELECT COUNT(*) FROM t.a") == "1");

  auto client = MysqlClient::connect(pair.primary.by_tcp(), Millis{5000}, Millis{5000});
  BOOST_REQUIRE(client);
  const auto facts = gather_mysql(*client);
  BOOST_REQUIRE(facts);
  BOOST_TEST(facts->semi_sync.source_on);
  BOOST_TEST(facts->semi_sync.clients == 1);
  BOOST_TEST(facts->replicas_connected.value() == 1);
  BOOST_TEST(facts->sources.empty());
  BOOST_TEST(!backlog(*facts));
}

BOOST_AUTO_TEST_CASE(a_killed_mariadb_comes_back_with_its_data) {
  MariaDb server;
  server.sql("CREATE DATABASE t");
  server.kill9();
  BOOST_TEST(!server.up());
  server.start();
  BOOST_TEST(server.value("SHOW DATABASES LIKE 't'") == "t");
}

BOOST_AUTO_TEST_CASE(a_redis_pair_replicates_and_a_frozen_one_is_silent) {
  Redis source;
  Redis replica;
  replica.replicate_from(source);
  source.command({"SET", "k", "v"});
  BOOST_TEST(wait_for([&] { return replica.command({"GET", "k"}).text == "v"; }));
  replica.freeze();
  const auto silent = RedisClient::connect(replica.by_tcp(), Deadline::in(Millis{200}));
  BOOST_REQUIRE(silent);  // the kernel accepts for it
  auto client = RedisClient::connect(replica.by_tcp(), Deadline::in(Millis{200}));
  const auto reply = client->command({"PING"});
  BOOST_REQUIRE(!reply);
  BOOST_TEST((reply.error().kind == ErrorKind::timeout));
  replica.thaw();
  BOOST_TEST(wait_for([&] { return replica.up(); }));
}

BOOST_AUTO_TEST_SUITE_END()
