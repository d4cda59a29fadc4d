// What must be so before a switchover changes anything.
#include "notify/switchover.h"

#include <boost/test/unit_test.hpp>

#include "agent/event.h"

namespace ha {
namespace {

struct Ready {
  Ready() {
    role.view.newest = State::master;
    role.view.vip_set = true;
    role.view.vip_here = true;
    config.agent.node = "db1";
    config.agent.vip = "192.0.2.100";
    config.agent.yield_file = "/run/ha-agent/yield";
    Successor mysql;
    mysql.resource = "mysql main";
    mysql.has_peer = true;
    mysql.follows = true;
    mysql.caught_up = true;
    mysql.seen = "lag 0 s";
    successors.push_back(mysql);
  }
  /// "ok", "wait" where time can help, else the first condition that does not hold.
  std::string answer() const {
    std::string waits = "ok";
    for (const Condition& condition : switchover_conditions(role, config, successors, lock)) {
      if (condition.holds) continue;
      if (!condition.may_come) return condition.text;
      waits = "wait";
    }
    return waits;
  }
  RoleGathered role;
  Config config;
  std::vector<Successor> successors;
  std::optional<LockStatus> lock;
};

BOOST_FIXTURE_TEST_SUITE(switchover, Ready)

BOOST_AUTO_TEST_CASE(a_master_whose_peer_follows_and_has_caught_up_may_give_its_role_away) {
  BOOST_TEST(answer() == "ok");
}

BOOST_AUTO_TEST_CASE(who_is_not_master_has_nothing_to_give) {
  for (const State state : {State::none, State::backup, State::fault, State::stop}) {
    role.view.newest = state;
    BOOST_TEST(answer() == "this node is not MASTER: say it on the one that is");
  }
  role.view.newest = State::master;
  role.view.vip_here = false;
  BOOST_TEST(answer() == "the VIP is not on this node");
}

BOOST_AUTO_TEST_CASE(a_promotion_that_runs_is_waited_for_and_one_that_failed_is_not) {
  role.view.phase = Phase::running;
  BOOST_TEST(answer() == "wait");
  for (const Phase phase : {Phase::refused, Phase::held, Phase::fenced}) {
    role.view.phase = phase;
    role.view.why = "why";
    BOOST_TEST(answer() == "this node's promotion did not end well (`ha-agent status`): why");
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_behind_is_waited_for_and_one_that_does_not_follow_is_not) {
  successors[0].caught_up = false;
  BOOST_TEST(answer() == "wait");
  successors[0].follows = false;
  successors[0].seen = "replication does not run";
  BOOST_TEST(answer() == "mysql main of the peer does not follow: replication does not run");
  successors[0].writable = true;
  BOOST_TEST(answer() ==
             "mysql main of the peer takes writes itself: two primaries; mend that first");
  successors[0].trouble = "no answer in time";
  BOOST_TEST(answer() == "mysql main of the peer does not answer: no answer in time");
  successors[0].has_peer = false;
  BOOST_TEST(answer() == "mysql main: no peer_host is configured: nobody to give it to");
}

BOOST_AUTO_TEST_CASE(every_database_counts) {
  Successor redis = successors[0];
  redis.resource = "redis cache";
  redis.caught_up = false;
  successors.push_back(redis);
  BOOST_TEST(answer() == "wait");
}

BOOST_AUTO_TEST_CASE(neither_in_maintenance_nor_beside_another_one_nor_without_a_vip) {
  config.agent.vip.clear();
  BOOST_TEST(answer() == "no vip is configured in [agent]: nobody can see where it is");
  config.agent.vip = "192.0.2.100";
  role.handover = Handover{ProcessId::self(), "another", "ana", 1};
  BOOST_TEST(answer() == "another switchover is at work: another");
  role.handover.reset();
  role.maintenance = Maintenance{};
  BOOST_TEST(answer() == "maintenance is on here: `ha-agent maintenance off` first, on both nodes");
}

BOOST_AUTO_TEST_CASE(a_lock_that_the_peer_could_not_take_is_waited_for_and_another_ones_is_not) {
  lock.emplace();
  lock->answers = true;
  lock->held = true;
  lock->holder = "db1";
  BOOST_TEST(answer() == "ok");
  lock->held = false;
  lock->holder.clear();
  BOOST_TEST(answer() == "ok");
  lock->holder = "db2";
  BOOST_TEST(answer() == "the lock is db2's: what this node serves is not its own to give");
  lock->answers = false;
  BOOST_TEST(answer() == "wait");
}

BOOST_AUTO_TEST_CASE(without_databases_or_a_yield_file_it_goes_all_the_same) {
  config.agent.yield_file.clear();
  BOOST_TEST(answer() == "ok");
  successors.clear();
  BOOST_TEST(answer() == "ok");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
