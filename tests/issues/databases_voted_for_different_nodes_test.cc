// A node lost its power and was back before the other one had been promoted: its MySQL had lost the
// newest commit, so only the other node could serve; its Redis had restarted into a history of its
// own and had served alone last, so only this one could. Neither node ever became the primary.
#include <boost/test/unit_test.hpp>

#include "tests/support/agent.h"
#include "tests/support/redis_role.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

std::string sections(const MariaDb& mysql, const MariaDb& mysql_peer, const Redis& redis,
                     const Redis& redis_peer) {
  return mysql_section(mysql, peer_keys(mysql_peer)) + redis_section(redis, &redis_peer);
}

/// The primary is back, has no role yet, and lacks a commit that its replica had acknowledged.
struct Blip {
  MariaDb old_mysql{semi_sync_args()};
  MariaDb mysql{semi_sync_args()};
  Redis old_redis{{"appendonly yes", "appendfsync always"}};
  Redis redis;
  Agent on_old{sections(old_mysql, mysql, old_redis, redis)};
  Agent on_other{sections(mysql, old_mysql, redis, old_redis)};

  Blip() {
    mysql.replicate_from(old_mysql);
    old_mysql.sql("CREATE DATABASE t");
    old_mysql.sql("CREATE TABLE t.a (i INT PRIMARY KEY)");
    BOOST_REQUIRE(mysql.wait_caught_up(old_mysql));
    mysql.sql("SET GLOBAL read_only = ON");
    BOOST_REQUIRE(on_old.run({"notify", "BACKUP"}) == 0);
    BOOST_REQUIRE(on_old.run({"notify", "MASTER"}) == 0);
    redis.replicate_from(old_redis);
    BOOST_REQUIRE(old_redis.command({"SET", "k", "v"}).text == "OK");
    BOOST_REQUIRE(wait_for([&] { return redis.command({"GET", "k"}).text == "v"; }));
    BOOST_REQUIRE(wait_for([&] { return old_redis.info("aof_rewrite_in_progress") == "0"; }));
    BOOST_REQUIRE(on_other.run({"notify", "BACKUP"}) == 0);
    old_mysql.kill9();
    old_redis.kill9();
    mysql.sql("STOP SLAVE");
    mysql.sql("INSERT INTO t.a VALUES (1)");
    old_mysql.start({"--read-only=1"});
    old_redis.start();
    BOOST_REQUIRE(wait_for([&] { return old_redis.info("loading") == "0"; }));
    // Not FAULT, which would wait for a primary to follow.
    BOOST_REQUIRE(on_old.run({"notify", "STOP"}) == 0);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_node_with_the_newest_commit_takes_its_redis_with_it) {
  Blip blip;
  std::string output;
  BOOST_TEST(blip.on_old.run({"check"}, &output) == 1, output);
  BOOST_TEST(blip.on_other.run({"check"}, &output) == 0, output);
  BOOST_TEST(blip.on_other.run({"notify", "MASTER"}, &output) == 0, output);
  BOOST_TEST(blip.mysql.value("SELECT @@global.read_only") == "0");
  BOOST_TEST(takes_writes(blip.redis));
}

// Found by `make soak`: the standby was cut off for a second, in which the other node's Redis went
// on, while that one's MySQL came back without the newest commits.
BOOST_AUTO_TEST_CASE(a_redis_that_went_on_does_not_keep_the_newest_commit_from_serving) {
  MariaDb old_mysql{semi_sync_args()};
  MariaDb mysql{semi_sync_args()};
  Redis old_redis;
  Redis redis;
  const Agent on_old{sections(old_mysql, mysql, old_redis, redis)};
  const Agent on_other{sections(mysql, old_mysql, redis, old_redis)};
  mysql.replicate_from(old_mysql);
  old_mysql.sql("CREATE DATABASE t");
  BOOST_REQUIRE(mysql.wait_caught_up(old_mysql));
  redis.replicate_from(old_redis);
  BOOST_REQUIRE(old_redis.command({"SET", "k", "1"}).text == "OK");
  BOOST_REQUIRE(wait_for([&] { return redis.command({"GET", "k"}).text == "1"; }));
  redis.command({"REPLICAOF", "NO", "ONE"});
  BOOST_REQUIRE(old_redis.command({"SET", "k", "2"}).text == "OK");
  mysql.sql("STOP SLAVE");
  mysql.sql("CREATE DATABASE newest");
  BOOST_REQUIRE(on_old.run({"notify", "STOP"}) == 0);
  BOOST_REQUIRE(on_other.run({"notify", "STOP"}) == 0);
  std::string output;
  BOOST_TEST(on_old.run({"check"}, &output) == 1, output);
  BOOST_TEST(on_other.run({"check"}, &output) == 0, output);
  BOOST_TEST(on_other.run({"notify", "MASTER"}, &output) == 0, output);
  BOOST_TEST(mysql.value("SELECT @@global.read_only") == "0");
  BOOST_TEST(takes_writes(redis));
}

BOOST_AUTO_TEST_CASE(with_equal_commits_redis_alone_decides_for_the_node_that_served) {
  Blip blip;
  blip.mysql.sql("DELETE FROM t.a");
  blip.old_mysql.sql("SET GLOBAL read_only = OFF");
  blip.old_mysql.replicate_from(blip.mysql);
  blip.old_mysql.sql("SET GLOBAL read_only = ON");
  std::string output;
  BOOST_TEST(blip.on_old.run({"check"}, &output) == 0, output);
  BOOST_TEST(blip.on_other.run({"check"}, &output) == 1, output);
}
