// An old Redis primary that holds what the new one lacks: kept aside, then it follows. Real
// servers.
#include <filesystem>
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "agent/record.h"
#include "tests/support/agent.h"
#include "tests/support/redis_role.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

std::string last_problem(const Agent& agent) {
  const auto ends = agent.journal("end");
  BOOST_REQUIRE(!ends.empty());
  const auto problems = ends.back()["problems"];
  return problems.empty() ? "" : problems[0].get<std::string>();
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A replica that was cut off and promoted by hand, and a primary that wrote on meanwhile.
struct Split {
  Split() {
    new_master.replicate_from(old_master);
    old_master.command({"SET", "k", "v"});
    BOOST_REQUIRE(wait_for([&] { return new_master.command({"GET", "k"}).text == "v"; }));
    new_master.command({"REPLICAOF", "NO", "ONE"});
    old_master.command({"SET", "only-here", "1"});
    new_master.command({"SET", "k", "newer"});
  }
  Redis old_master;
  Redis new_master;
};

/// What a kept file holds, by the server that an operator would start on it.
std::string get_from(const std::string& file, const std::string& key) {
  const TempDir dir;
  std::filesystem::copy_file(file, dir.path() + "/dump.rdb");
  const Redis reader({"dir " + dir.path()});
  BOOST_REQUIRE(wait_for([&] { return reader.info("loading") == "0"; }));
  return reader.command({"GET", key}).text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(follow_redis)

BOOST_AUTO_TEST_CASE(what_the_new_master_lacks_is_kept_before_the_old_one_follows) {
  const Split pair;
  const Agent agent(redis_section(pair.old_master, &pair.new_master));
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(role_of(pair.old_master) == "slave");
  BOOST_TEST(wait_for([&] { return pair.old_master.command({"GET", "k"}).text == "newer"; }));
  BOOST_TEST(pair.old_master.command({"EXISTS", "only-here"}).integer == 0);
  const auto files = kept_files(agent);
  BOOST_REQUIRE(files.size() == 1U);
  BOOST_TEST(get_from(files[0], "only-here") == "1");
  BOOST_TEST((std::filesystem::status(files[0]).permissions() == std::filesystem::perms{0640}));
  const std::string told = last_problem(agent);
  BOOST_TEST(says(told, "bytes of history that the peer lacks"));
  BOOST_TEST(says(told, "kept in " + files[0]));
  BOOST_TEST(says(told, "--dbfilename " + std::filesystem::path(files[0]).filename().string()));
  // Once it follows there is nothing to keep.
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(kept_files(agent).size() == 1U);
}

BOOST_AUTO_TEST_CASE(histories_that_cannot_be_compared_are_kept_too) {
  Redis old_master({"appendonly yes"});
  Redis new_master;
  new_master.replicate_from(old_master);
  old_master.command({"SET", "k", "v"});
  BOOST_REQUIRE(wait_for([&] { return new_master.command({"GET", "k"}).text == "v"; }));
  old_master.kill9();
  new_master.command({"REPLICAOF", "NO", "ONE"});
  old_master.start();  // from its append-only file, with a new replication id
  BOOST_REQUIRE(wait_for([&] { return old_master.info("loading") == "0"; }));
  const Agent agent(redis_section(old_master, &new_master));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(role_of(old_master) == "slave");
  const auto files = kept_files(agent);
  BOOST_REQUIRE(files.size() == 1U);
  BOOST_TEST(get_from(files[0], "k") == "v");
  BOOST_TEST(says(last_problem(agent), "cannot be compared"));
}

BOOST_AUTO_TEST_CASE(a_run_that_was_killed_before_it_followed_keeps_one_file_in_the_end) {
  const Split pair;
  const Agent agent(redis_section(pair.old_master, &pair.new_master));
  BOOST_TEST(agent.run({"notify", "STOP"}) == 0);  // fenced
  // What earlier runs of the same state left: a copy, and half of one.
  const std::string errant = agent.state_dir() + "/errant";
  std::filesystem::create_directories(errant);
  const std::string state = pair.old_master.info("master_replid") + "-" +
                            pair.old_master.info("master_repl_offset") + ".rdb";
  const std::string earlier = errant + "/redis-cache-20260101T000000Z-" + state;
  std::ofstream(earlier) << "an earlier copy";
  std::ofstream(earlier + ".part") << "half a copy";
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(role_of(pair.old_master) == "slave");
  const auto files = kept_files(agent);
  BOOST_REQUIRE(files.size() == 1U);
  BOOST_TEST(files[0] == earlier);
  BOOST_TEST(get_from(files[0], "only-here") == "1");
}

BOOST_AUTO_TEST_CASE(data_that_cannot_be_kept_keep_the_server_fenced) {
  const Split pair;
  const TempDir dir;
  std::ofstream(dir.path() + "/a-file") << "no folder";
  const Agent agent(redis_section(pair.old_master, &pair.new_master),
                    "errant_dir = " + dir.path() + "/a-file");
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(role_of(pair.old_master) == "master");
  BOOST_TEST(!takes_writes(pair.old_master));
  BOOST_TEST(pair.old_master.command({"GET", "only-here"}).text == "1");
  const std::string told = last_problem(agent);
  BOOST_TEST(says(told, "does not follow"));
  BOOST_TEST(says(told, "could not be kept aside: "));
  BOOST_TEST(says(told, "REPLICAOF 127.0.0.1 " + std::to_string(pair.new_master.port())));
}

BOOST_AUTO_TEST_CASE(a_save_that_fails_keeps_the_server_fenced) {
  const Split pair;
  // A folder in the place of the file: the save cannot be renamed to it.
  std::filesystem::create_directories(pair.old_master.dir() + "/dump.rdb/in-the-way");
  const Agent agent(redis_section(pair.old_master, &pair.new_master));
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(role_of(pair.old_master) == "master");
  BOOST_TEST(!takes_writes(pair.old_master));
  BOOST_TEST(says(last_problem(agent), "BGSAVE failed"));
}

BOOST_AUTO_TEST_CASE(a_newer_event_ends_the_wait_for_a_save) {
  Split pair;
  for (int i = 0; i < 200; ++i)
    pair.old_master.command({"SET", "filler-" + std::to_string(i), "x"});
  // A second a key: longer than the test may take.
  pair.old_master.command({"CONFIG", "SET", "rdb-key-save-delay", "1000000"});
  const Agent agent(redis_section(pair.old_master, &pair.new_master));
  Child fault = agent.start({"notify", "FAULT"});
  BOOST_REQUIRE(wait_for([&] { return pair.old_master.info("rdb_bgsave_in_progress") == "1"; }));
  BOOST_TEST(agent.run({"notify", "STOP"}) == 0);
  fault.wait();
  BOOST_TEST(role_of(pair.old_master) == "master");
  BOOST_TEST(!takes_writes(pair.old_master));
  BOOST_TEST(kept_files(agent).empty());
  pair.old_master.stop();  // which ends the save, too
}

BOOST_AUTO_TEST_CASE(nothing_fresh_is_claimed_before_the_link_is_up) {
  Redis old_master;
  Redis new_master({"repl-diskless-sync yes"});
  new_master.command({"SET", "k", "v"});
  new_master.command({"CONFIG", "SET", "repl-diskless-sync-delay", "600"});
  old_master.command({"SET", "only-here", "1"});
  const Agent agent(redis_section(old_master, &new_master));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(role_of(old_master) == "slave");
  BOOST_TEST(agent.run({"check"}) == 1);
  BOOST_REQUIRE(old_master.info("master_link_status") == "down");
  const auto freshness = [&] {
    return read_record({agent.state_dir()}, "redis cache").value().freshness;
  };
  BOOST_TEST((freshness() == Freshness::voided));
  new_master.command({"CONFIG", "SET", "repl-diskless-sync-delay", "0"});
  BOOST_REQUIRE(wait_for([&] { return old_master.info("master_link_status") == "up"; }));
  BOOST_TEST(agent.run({"check"}) == 0);
  BOOST_TEST((freshness() == Freshness::fresh));
}

BOOST_AUTO_TEST_SUITE_END()
