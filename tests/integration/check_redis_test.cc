// The Redis probe against real servers.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/support/checked.h"
#include "tests/support/wait.h"

using namespace ha::test;

namespace {

constexpr const char* kCache = "redis cache";

void fill(const Redis& server) {
  server.command({"EVAL", "for i = 1, 10000 do redis.call('SET', 'k' .. i, 'v') end", "0"});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_redis)

BOOST_AUTO_TEST_CASE(a_replica_is_ok_with_its_primary_and_without) {
  Redis source;
  Redis replica;
  replica.replicate_from(source);
  const Agent agent(redis_section(replica));
  BOOST_TEST(check(agent).code == 0);
  BOOST_TEST(check(agent).level(kCache) == "ok");
  source.kill9();
  BOOST_REQUIRE(wait_for([&] { return replica.info("master_link_status") == "down"; }));
  BOOST_TEST(check(agent).code == 0);
  BOOST_TEST(check(agent).says(kCache, "link down for"));
}

BOOST_AUTO_TEST_CASE(a_replica_in_the_middle_of_a_full_sync_is_no) {
  // Writes a key every 10 ms while it sends its data set.
  Redis source({"repl-diskless-sync yes", "rdb-key-save-delay 10000"});
  fill(source);
  Redis replica;
  replica.command({"REPLICAOF", "127.0.0.1", std::to_string(source.port())});
  BOOST_REQUIRE(wait_for([&] { return replica.info("master_sync_in_progress") == "1"; }));
  const Checked checked = check(Agent(redis_section(replica)));
  BOOST_TEST(checked.code == 1);
  BOOST_TEST(checked.says(kCache, "in the middle of a full sync"));
}

BOOST_AUTO_TEST_CASE(a_primary_whose_memory_is_full_is_degraded_where_nothing_may_be_evicted) {
  Redis server({"maxmemory-policy noeviction"});
  fill(server);
  const Agent agent(redis_section(server));
  BOOST_TEST(!check(agent).says(kCache, "OOM"));
  server.command({"CONFIG", "SET", "maxmemory", "1mb"});
  BOOST_TEST(check(agent).level(kCache) == "degraded");
  BOOST_TEST(check(agent).says(kCache, "OOM"));
  server.command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  BOOST_TEST(!check(agent).says(kCache, "OOM"));
}

BOOST_AUTO_TEST_CASE(a_server_that_loads_its_data_set_is_no) {
  Redis server({"key-load-delay 1000", "loading-process-events-interval-bytes 1024"});
  fill(server);
  server.command({"SAVE"});
  server.kill9();
  server.start(false);
  const Agent agent(redis_section(server));
  BOOST_REQUIRE(wait_for([&] { return server.up(); }));
  const Checked checked = check(agent, {"--deadline", "5s"});
  BOOST_TEST(checked.code == 1);
  BOOST_TEST(checked.says(kCache, "loading"));
}

BOOST_AUTO_TEST_CASE(a_primary_that_refuses_writes_is_no_on_a_master) {
  Redis server;
  const Agent agent(redis_section(server));
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(check(agent).code == 0);
  // It takes no writes after a save that failed, unless told otherwise.
  std::filesystem::create_directory(server.dir() + "/dump.rdb");
  server.command({"CONFIG", "SET", "save", "3600 1"});
  server.command({"BGSAVE"});
  BOOST_REQUIRE(wait_for([&] { return server.info("rdb_last_bgsave_status") == "err"; }));
  BOOST_CHECK_THROW(server.command({"SET", "k", "v"}), std::runtime_error);
  BOOST_TEST(check(agent).code == 1);
  BOOST_TEST(check(agent).says(kCache, "stop-writes-on-bgsave-error"));
  server.command({"CONFIG", "SET", "stop-writes-on-bgsave-error", "no"});
  server.command({"SET", "k", "v"});
  BOOST_TEST(check(agent).code == 0);
  BOOST_TEST(check(agent).level(kCache) == "degraded");
}

BOOST_AUTO_TEST_CASE(a_fence_is_right_on_a_standby_and_no_on_a_master) {
  Redis server;
  const Agent agent(redis_section(server));
  BOOST_REQUIRE(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_CHECK_THROW(server.command({"SET", "k", "v"}), std::runtime_error);
  BOOST_TEST(check(agent).level(kCache) == "ok");
  BOOST_TEST(check(agent).says(kCache, "fenced"));
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(check(agent).level(kCache) == "ok");
  server.command({"CONFIG", "SET", "min-replicas-to-write", "1"});
  BOOST_TEST(check(agent).code == 1);
  BOOST_TEST(check(agent).says(kCache, "min-replicas-to-write = 1 refuses writes"));
}

BOOST_AUTO_TEST_CASE(a_password_opens_and_a_wrong_one_is_no) {
  const Redis server({"requirepass secret"});
  const Agent right(redis_section(server) + "password = secret\n");
  BOOST_TEST(check(right).code == 0);
  const Agent wrong(redis_section(server) + "password = wrong\n");
  BOOST_TEST(check(wrong).code == 1);
  BOOST_TEST(check(wrong).says(kCache, "WRONGPASS"));
  BOOST_TEST(check(wrong).output.find("wrong\"") == std::string::npos);
  const Agent none(redis_section(server));
  BOOST_TEST(check(none).says(kCache, "NOAUTH"));
}

BOOST_AUTO_TEST_CASE(a_killed_server_is_no_and_a_frozen_one_is_no_verdict) {
  Redis server;
  const Agent agent(redis_section(server));
  server.freeze();
  const Checked frozen = check(agent, {"--deadline", "300ms"});
  BOOST_TEST(frozen.code == 2);
  BOOST_TEST(frozen.says(kCache, "connected, no answer"));
  server.thaw();
  server.kill9();
  BOOST_TEST(check(agent).code == 1);
  BOOST_TEST(check(agent).says(kCache, "Connection refused"));
}

BOOST_AUTO_TEST_SUITE_END()
