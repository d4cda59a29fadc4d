// Promotion, write fence and following of real Redis servers.
#include <boost/test/unit_test.hpp>

#include "tests/support/agent.h"
#include "tests/support/redis_role.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

std::string min_replicas(const Redis& server) {
  return server.command({"CONFIG", "GET", "min-replicas-to-write"}).elements.at(1).text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(role_redis)

BOOST_AUTO_TEST_CASE(a_replica_becomes_a_master_that_takes_writes) {
  Redis source;
  Redis replica;
  replica.replicate_from(source);
  source.command({"SET", "k", "v"});
  BOOST_REQUIRE(wait_for([&] { return replica.command({"GET", "k"}).text == "v"; }));
  const Agent agent(redis_section(replica, &source));
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(role_of(replica) == "master");
  BOOST_TEST(takes_writes(replica));
  BOOST_TEST(replica.command({"GET", "k"}).text == "v");
}

BOOST_AUTO_TEST_CASE(a_fenced_master_refuses_writes_at_once_and_takes_them_again_when_promoted) {
  Redis server({"min-replicas-max-lag 0"});
  const Agent agent(redis_section(server));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(!takes_writes(server));
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);  // a second time changes nothing
  BOOST_TEST(!takes_writes(server));
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(takes_writes(server));
  BOOST_TEST(min_replicas(server) == "0");
  BOOST_TEST(server.command({"CONFIG", "GET", "min-replicas-max-lag"}).elements.at(1).text == "0");
}

BOOST_AUTO_TEST_CASE(the_fence_outlives_a_restart_of_the_server) {
  Redis server;
  const Agent agent(redis_section(server));
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  server.kill9();
  server.start();
  BOOST_TEST(!takes_writes(server));
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(takes_writes(server));
}

BOOST_AUTO_TEST_CASE(the_operators_own_min_replicas_comes_back_with_the_promotion) {
  Redis server({"min-replicas-to-write 1"});
  const Agent agent(redis_section(server));
  BOOST_TEST(agent.run({"notify", "STOP"}) == 0);
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(min_replicas(server) == "1");
}

BOOST_AUTO_TEST_CASE(an_old_master_follows_the_new_one_that_has_all_its_data) {
  Redis old_master;
  Redis new_master;
  new_master.replicate_from(old_master);
  old_master.command({"SET", "k", "v"});
  BOOST_REQUIRE(wait_for([&] { return new_master.command({"GET", "k"}).text == "v"; }));
  const Agent promoter(redis_section(new_master, &old_master));
  const Agent follower(redis_section(old_master, &new_master));
  BOOST_TEST(follower.run({"notify", "BACKUP"}) == 0);  // fenced while its peer is a replica
  BOOST_TEST(!takes_writes(old_master));
  BOOST_TEST(promoter.run({"notify", "MASTER"}) == 0);
  new_master.command({"SET", "k", "newer"});
  BOOST_TEST(follower.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(role_of(old_master) == "slave");
  BOOST_TEST(wait_for([&] { return old_master.command({"GET", "k"}).text == "newer"; }));
  BOOST_TEST(min_replicas(old_master) == "1000000");  // for whoever makes it a master by hand
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_ahead_is_fenced_and_not_passed) {
  Redis old_master;
  Redis replica;
  replica.replicate_from(old_master);
  const Agent promoter(redis_section(replica, &old_master));
  // The replica loses its link first, so that what is written next is on the old master alone.
  replica.command({"REPLICAOF", "127.0.0.1", std::to_string(free_port())});
  BOOST_REQUIRE(wait_for([&] { return replica.info("master_link_status") == "down"; }));
  old_master.command({"SET", "only-here", "1"});
  BOOST_TEST(promoter.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(promoter.role()["refusals"][0]["cause"] == "peer");
  BOOST_TEST(!takes_writes(old_master));
  BOOST_TEST(role_of(replica) == "slave");
}

BOOST_AUTO_TEST_CASE(a_peer_that_lets_nobody_in_is_not_passed) {
  Redis old_master;
  Redis replica;
  replica.replicate_from(old_master);
  const Agent promoter(redis_section(replica, &old_master));
  auto client = RedisClient::connect(old_master.by_tcp(), Deadline::in(Millis{30'000}));
  BOOST_REQUIRE(client.has_value());
  BOOST_REQUIRE(client->command({"CONFIG", "SET", "maxclients", "1"}).has_value());
  BOOST_TEST(promoter.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(promoter.role()["refusals"][0]["cause"] == "refusing");
  BOOST_TEST(role_of(replica) == "slave");
  BOOST_TEST(client->command({"SET", "a", "b"}).has_value());
  BOOST_REQUIRE(client->command({"CONFIG", "SET", "maxclients", "100"}).has_value());
  BOOST_TEST(promoter.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(!takes_writes(old_master));
}

BOOST_AUTO_TEST_CASE(an_empty_reborn_master_is_not_followed) {
  Redis old_master;
  Redis reborn;
  old_master.command({"SET", "k", "v"});
  const Agent follower(redis_section(old_master, &reborn));
  BOOST_TEST(follower.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(role_of(old_master) == "master");
  BOOST_TEST(old_master.command({"GET", "k"}).text == "v");
}

BOOST_AUTO_TEST_CASE(redis_does_not_wait_for_mysql_that_is_down) {
  Redis server;
  const Agent agent(redis_section(server) +
                    "[mysql main]\nuser = root\nsocket = /nonexistent/mysqld.sock\n");
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 1);
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(takes_writes(server));
  BOOST_TEST(agent.role()["refusals"][0]["resource"] == "mysql main");
}

BOOST_AUTO_TEST_CASE(a_master_that_lets_nobody_in_any_more_is_killed_by_its_demotion) {
  Redis server;
  const Agent agent(redis_section(server));
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  auto client = RedisClient::connect(server.by_tcp(), Deadline::in(Millis{5000}));
  BOOST_REQUIRE(client.has_value());
  BOOST_REQUIRE(client->command({"CONFIG", "SET", "maxclients", "1"}).has_value());
  agent.run({"notify", "FAULT"});
  std::string detail;
  for (const auto& line : agent.journal("step")) {
    if (line.value("step", "") == "kill-if-silent") detail = line.value("detail", "");
  }
  BOOST_TEST(detail.find("it lets nobody in") != std::string::npos, detail);
  BOOST_TEST(!client->command({"SET", "a", "b"}).has_value());
}

// A directory where an event should be is as unreadable as a broken sector.
BOOST_AUTO_TEST_CASE(an_old_event_that_cannot_be_read_keeps_nobody_from_demoting) {
  Redis server;
  const Agent agent(redis_section(server));
  BOOST_REQUIRE(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  BOOST_REQUIRE(takes_writes(server));
  std::filesystem::create_directory(agent.state_dir() + "/events/old.json");
  agent.run({"notify", "INSTANCE", "VI_1", "FAULT", "100"});
  BOOST_TEST(!takes_writes(server));
}

BOOST_AUTO_TEST_SUITE_END()
