// A promotion was refused while the disk of state_dir was full. The file went on saying that it
// ran, by watch, which is alive; so nobody judged the event again, and the node kept the VIP
// without taking writes. Found by `make soak`.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>

#include "agent/mysql_server.h"
#include "notify/role_lock.h"
#include "tests/support/server_pairs.h"
#include "tests/support/small_disk.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

// A replica whose applier cannot go on, so that a promotion is refused when its drain has waited.
struct Refused : MariaDbPair {
  Agent agent{mysql_section(replica, peer_keys(primary) + "drain_timeout = 2s\n")};
  SmallDisk disk{agent.state_dir()};
  MysqlClient blocker =
      MysqlClient::connect(replica.by_socket(), Millis{5000}, Millis{60'000}).value();
  Child watch;

  Refused() {
    replica.sql("SET GLOBAL read_only = ON");
    BOOST_REQUIRE(blocker.exec("LOCK TABLES t.a READ").has_value());
    primary.sql("INSERT INTO t.a VALUES (1)");
    BOOST_REQUIRE(wait_for([&] {
      const auto facts = gather_mysql(blocker, {.source_status = false});
      return facts && backlog(*facts);
    }));
    watch = agent.start({"watch"});
    BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  }
  std::string work() const {
    if (!std::filesystem::exists(StateDir{agent.state_dir()}.role())) return "";
    return agent.role().value("work", "");
  }
  void promotion_runs() const {
    BOOST_REQUIRE(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
    BOOST_REQUIRE(work() == "running");
  }
  bool promotion_ends() const {
    return RoleLock::acquire({agent.state_dir()}, Deadline::in(Millis{20'000})).has_value();
  }

  // The promotion runs, and what was put by is gone.
  void is_written_when_there_is_room() const {
    std::filesystem::remove(StateDir{agent.state_dir()}.role_spare());
    disk.fill_up();
    BOOST_TEST(promotion_ends());
    BOOST_TEST(work() == "running");
    disk.make_room();
    BOOST_TEST(wait_for([&] { return work() == "refused"; }));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(refusal_was_lost_on_a_full_disk)

BOOST_AUTO_TEST_CASE(what_was_put_by_takes_it, *boost::unit_test::precondition(is_root)) {
  const Refused node;
  node.promotion_runs();
  node.disk.fill_up();
  BOOST_TEST(node.promotion_ends());
  BOOST_TEST(node.work() == "refused");
  std::string said;
  BOOST_TEST(node.agent.run({"check"}, &said) == 1, said);
}

BOOST_AUTO_TEST_CASE(it_is_written_when_there_is_room, *boost::unit_test::precondition(is_root)) {
  const Refused node;
  node.promotion_runs();
  node.is_written_when_there_is_room();
}

// Without watch the hook itself stays until it can say how the promotion ended.
BOOST_AUTO_TEST_CASE(without_watch_too, *boost::unit_test::precondition(is_root)) {
  Refused node;
  node.watch.signal(SIGTERM);
  BOOST_REQUIRE(node.watch.wait() == 0);
  Child hook = node.agent.start({"notify", "INSTANCE", "VI_1", "MASTER", "100"});
  BOOST_REQUIRE(wait_for([&] { return node.work() == "running"; }));
  node.is_written_when_there_is_room();
  BOOST_TEST(hook.wait() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
