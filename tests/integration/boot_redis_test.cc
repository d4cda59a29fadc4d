// A Redis that the agent manages never starts taking writes, and gives nothing away before it has a
// role. Real servers.
#include <boost/test/unit_test.hpp>

#include "tests/support/agent.h"
#include "tests/support/redis_role.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// With the default, everysec, a write that was acknowledged may wait two seconds for the one
/// before.
const std::vector<std::string> kOnDisk{"appendonly yes", "appendfsync always"};

void start(Redis& server) {
  server.start();
  BOOST_REQUIRE(wait_for([&] { return server.info("loading") == "0"; }));
}

void restart(Redis& server) {
  server.kill9();
  start(server);
}

std::string get(const Redis& server, const std::string& key) {
  return server.command({"GET", key}).text;
}

/// It has the key, through replication.
bool gets(const Redis& replica, const std::string& key, const std::string& value) {
  return wait_for([&] { return get(replica, key) == value; });
}

/// A primary that keepalived made one, as at the first start of a pair, with a replica.
struct Pair {
  explicit Pair(const std::vector<std::string>& lines = {}) : primary(lines) {
    BOOST_REQUIRE(on_primary.run({"notify", "BACKUP"}) == 0);
    BOOST_REQUIRE(on_primary.run({"notify", "MASTER"}) == 0);
    replica.replicate_from(primary);
    BOOST_REQUIRE(primary.command({"SET", "k", "v"}).text == "OK");
    BOOST_REQUIRE(gets(replica, "k", "v"));
    // Its first BACKUP made it copy the other one; until the rewrite that follows such a copy has
    // ended, Redis has nothing of later writes on disk.
    BOOST_REQUIRE(wait_for([&] { return primary.info("aof_rewrite_in_progress") == "0"; }));
  }
  Redis primary;
  Redis replica;
  Agent on_primary{redis_section(primary, &replica)};
  Agent on_replica{redis_section(replica, &primary)};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(boot_redis)

BOOST_AUTO_TEST_CASE(a_primary_starts_as_nobodys_replica_with_its_writes_fenced) {
  Pair pair;
  BOOST_TEST(says(config_file(pair.primary), "min-replicas-to-write 1000000"));
  BOOST_TEST(says(config_file(pair.primary), "replicaof 127.0.0.1 1\n"));
  restart(pair.primary);
  BOOST_TEST(role_of(pair.primary) == "slave");
  BOOST_TEST(!takes_writes(pair.primary));
  std::string said;
  BOOST_TEST(pair.on_primary.run({"check"}, &said) == 1);
  BOOST_TEST(says(said, "a replica of nobody since its restart"));
  // Whoever makes it a primary by hand still has to let writes in.
  pair.primary.command({"REPLICAOF", "NO", "ONE"});
  BOOST_TEST(!takes_writes(pair.primary));
}

BOOST_AUTO_TEST_CASE(a_replica_that_was_promoted_starts_so_too) {
  Pair pair;
  pair.primary.kill9();
  BOOST_TEST(pair.on_replica.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(takes_writes(pair.replica));
  restart(pair.replica);
  BOOST_TEST(!takes_writes(pair.replica));
  BOOST_TEST(pair.replica.info("master_port") == "1");
}

BOOST_AUTO_TEST_CASE(one_that_lost_its_data_wipes_nobody_and_the_other_one_takes_over) {
  Pair pair;
  restart(pair.primary);  // nothing of it was on disk
  BOOST_REQUIRE(pair.primary.command({"DBSIZE"}).integer == 0);
  BOOST_REQUIRE(wait_for([&] { return says(pair.replica.log(), "NOMASTERLINK"); }));
  BOOST_TEST(get(pair.replica, "k") == "v");
  // It is not promoted past what the other one holds.
  BOOST_TEST(pair.on_primary.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(pair.on_primary.role()["refusals"][0]["cause"] == "peer");
  BOOST_TEST(pair.on_replica.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(takes_writes(pair.replica));
  BOOST_TEST(pair.on_primary.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(gets(pair.primary, "k", "v"));
  BOOST_TEST(kept_files(pair.on_primary).empty());
}

BOOST_AUTO_TEST_CASE(watch_promotes_a_restarted_one_that_lacks_nothing) {
  Pair pair;
  pair.primary.command({"SAVE"});
  Child watch = pair.on_primary.start({"watch"});
  restart(pair.primary);
  BOOST_TEST(wait_for([&] { return takes_writes(pair.primary); }));
  BOOST_TEST(get(pair.primary, "k") == "v");
  BOOST_TEST(gets(pair.replica, "probe", "x"));  // it follows again
  BOOST_TEST(says(config_file(pair.primary), "replicaof 127.0.0.1 1\n"));
}

BOOST_AUTO_TEST_CASE(watch_promotes_a_restarted_one_whose_peer_is_gone) {
  Pair pair(kOnDisk);
  pair.replica.kill9();
  Child watch = pair.on_primary.start({"watch"});
  restart(pair.primary);
  BOOST_TEST(wait_for([&] { return takes_writes(pair.primary); }));
  BOOST_TEST(get(pair.primary, "k") == "v");
}

// Redis takes no replication id from an append-only file, so nobody can tell whether the replica
// has something that the restarted primary lost. The one that served last wins, by keepalived's
// way.
BOOST_AUTO_TEST_CASE(one_restarted_from_an_append_only_file_is_promoted_by_the_next_master_event) {
  Pair pair(kOnDisk);
  BOOST_REQUIRE(pair.on_replica.run({"notify", "BACKUP"}) == 0);
  restart(pair.primary);
  BOOST_REQUIRE(wait_for([&] { return pair.replica.info("master_link_status") == "down"; }));
  BOOST_TEST(pair.on_primary.run({"check"}) == 1);
  BOOST_TEST(pair.on_replica.run({"check"}) == 1);
  BOOST_TEST(pair.on_primary.run({"notify", "STOP"}) == 0);
  BOOST_TEST(pair.on_primary.run({"check"}) == 0);
  BOOST_TEST(pair.on_primary.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(takes_writes(pair.primary));
  BOOST_TEST(get(pair.primary, "k") == "v");
  BOOST_TEST(gets(pair.replica, "probe", "x"));
}

BOOST_AUTO_TEST_CASE(what_a_restarted_primary_holds_is_kept_before_it_follows_the_new_one) {
  Pair pair(kOnDisk);
  pair.replica.freeze();
  pair.primary.command({"SET", "tail", "1"});
  pair.primary.kill9();
  pair.replica.thaw();
  pair.replica.command({"REPLICAOF", "127.0.0.1", std::to_string(free_port())});
  BOOST_REQUIRE(pair.on_replica.run({"notify", "MASTER"}) == 0);
  start(pair.primary);
  BOOST_TEST(get(pair.primary, "tail") == "1");
  BOOST_TEST(pair.on_primary.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(pair.primary.info("master_port") == std::to_string(pair.replica.port()));
  BOOST_TEST(kept_files(pair.on_primary).size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_fence_in_a_replicas_configuration_does_not_disturb_it) {
  Pair pair;
  pair.primary.kill9();
  BOOST_REQUIRE(pair.on_replica.run({"notify", "MASTER"}) == 0);
  start(pair.primary);
  BOOST_REQUIRE(pair.on_primary.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(says(config_file(pair.primary), "min-replicas-to-write 1000000"));
  BOOST_TEST(says(config_file(pair.primary),
                  "replicaof 127.0.0.1 " + std::to_string(pair.replica.port()) + "\n"));
  pair.replica.command({"SET", "later", "1"});
  BOOST_TEST(gets(pair.primary, "later", "1"));
  BOOST_TEST(pair.on_primary.run({"check"}) == 0);
  restart(pair.primary);  // as the replica that it is, without anybody's help
  pair.replica.command({"SET", "later still", "1"});
  BOOST_TEST(gets(pair.primary, "later still", "1"));
  // And it is promoted like any other, with the operator's own value.
  BOOST_TEST(pair.on_primary.run({"check"}) == 0);
  pair.replica.kill9();
  BOOST_TEST(pair.on_primary.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(takes_writes(pair.primary));
  BOOST_TEST(pair.primary.command({"CONFIG", "GET", "min-replicas-to-write"}).elements[1].text ==
             "0");
}

BOOST_AUTO_TEST_CASE(a_running_primary_is_not_disturbed_and_starts_fenced_all_the_same) {
  Redis primary({"min-replicas-max-lag 0"});
  Redis replica;
  replica.replicate_from(primary);
  const std::string history = primary.info("master_replid");
  const std::string connections = primary.info("sync_full");
  const Agent agent(redis_section(primary, &replica));
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(takes_writes(primary));
  BOOST_TEST(primary.info("master_replid") == history);
  BOOST_TEST(primary.info("sync_full") == connections);
  BOOST_TEST(primary.command({"CONFIG", "GET", "min-replicas-max-lag"}).elements[1].text == "0");
  BOOST_TEST(says(config_file(primary), "min-replicas-to-write 1500000"));
}

BOOST_AUTO_TEST_CASE(demoted_and_promoted_again_it_begins_no_further_history) {
  Pair pair;
  const std::string before = pair.primary.info("master_replid");
  BOOST_TEST(pair.on_primary.run({"notify", "STOP"}) == 0);
  BOOST_TEST(says(config_file(pair.primary), "replicaof 127.0.0.1 1\n"));
  BOOST_TEST(pair.on_primary.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(takes_writes(pair.primary));
  BOOST_TEST(pair.primary.info("master_replid") == before);
}

BOOST_AUTO_TEST_CASE(a_promotion_that_wrote_nothing_is_no_history_of_its_own) {
  Pair pair;
  pair.primary.freeze();
  BOOST_REQUIRE(pair.on_replica.run({"notify", "MASTER"}) == 0);
  BOOST_REQUIRE(pair.on_replica.run({"notify", "STOP"}) == 0);  // fenced before any write
  pair.primary.thaw();
  pair.primary.command({"SET", "k", "newer"});
  BOOST_TEST(pair.on_replica.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(gets(pair.replica, "k", "newer"));
  BOOST_TEST(kept_files(pair.on_replica).empty());
}

BOOST_AUTO_TEST_SUITE_END()
