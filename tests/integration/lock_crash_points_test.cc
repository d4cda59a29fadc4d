// The hook dies after each step with a lock in etcd; the next one ends as if nothing had happened.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "tests/support/lock_node.h"

using namespace ha;
using namespace ha::test;

BOOST_AUTO_TEST_SUITE(lock_crash_points)

BOOST_AUTO_TEST_CASE(whoever_comes_next_takes_it_or_gives_it_back) {
  const Etcd etcd;
  const MariaDb server({"--read-only"});
  constexpr int kKilled = 128 + SIGKILL;
  for (const std::string place :
       {"begin", "mysql main/record-position", "mysql main/take-lock", "mysql main/fence-peer",
        "mysql main/judge", "mysql main/lift-read-only", "mysql main/look-again", "settled"}) {
    BOOST_TEST_CONTEXT(place) {
      const Agent agent(mysql_section(server) + etcd.section("10s"));
      const StateDir dir{agent.state_dir()};
      BOOST_REQUIRE(dir.prepare().has_value());
      // As if a watch ran that does not get to it: the hook does the work.
      const auto watch = acquire_watch_lock(dir);
      BOOST_REQUIRE(watch.has_value());
      const auto until = [&](const std::string& at, const std::string& word) {
        auto argv = agent.argv({"notify", word});
        argv[0] += "-crash";
        return run(argv, nullptr, {{"HA_CRASH_AFTER", at}});
      };
      BOOST_TEST(until(place, "MASTER") == kKilled);
      BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
      BOOST_TEST(read_only(server) == "0");
      BOOST_TEST(etcd.holder() == "test");
      BOOST_TEST(has(etcd.ctl({"lease", "list"}), "found 1 leases"));
      const bool demotes = place == "begin" || place == "settled";
      const std::string demotion = demotes                       ? place
                                   : place == "mysql main/judge" ? "lock dcs/release-lock"
                                                                 : "mysql main/set-read-only";
      BOOST_TEST(until(demotion, "BACKUP") == kKilled);
      BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
      BOOST_TEST(read_only(server) == "1");
      BOOST_TEST(etcd.holder() == "");
      BOOST_TEST(!lease_of(agent).has_value());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
