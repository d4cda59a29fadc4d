// An old primary that had been cut off followed the new one, and its applier waited a whole
// semi-sync timeout for the acknowledgement of a replica whose link was dead: 10 s behind. Found by
// `make soak` (MariaDB 10.11).
#include <boost/test/unit_test.hpp>

#include "notify/mysql_receiver.h"
#include "tests/support/server_pairs.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

BOOST_AUTO_TEST_SUITE(applier_waited_for_a_dead_link)

BOOST_AUTO_TEST_CASE(who_follows_has_no_replica_of_before) {
  const MariaDbPair pair;
  const MariaDb& old_one = pair.primary;
  const MariaDb& new_one = pair.replica;
  TcpRelay cable(old_one.port());
  pair.replicate_through(cable);
  const auto replicas = [&] { return old_one.status("Rpl_semi_sync_master_clients"); };
  BOOST_REQUIRE(wait_for([&] { return replicas() == "1"; }));
  old_one.sql("SET GLOBAL rpl_semi_sync_master_timeout = 3600000");

  // Cut off: the new primary lets go, and the old one hears nothing of it.
  cable.cut();
  auto client = MysqlClient::connect(new_one.by_socket(), Millis{5000}, Millis{5000}).value();
  BOOST_REQUIRE(end_receivers(client, Deadline::in(Millis{20'000})).has_value());
  new_one.sql("STOP SLAVE");
  new_one.sql("RESET SLAVE ALL");
  BOOST_REQUIRE(replicas() == "1");

  const Agent agent(mysql_section(old_one, follow_keys(new_one)));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  new_one.sql("INSERT INTO t.a VALUES (1)");
  BOOST_TEST(old_one.wait_caught_up(new_one));
  BOOST_TEST(old_one.value("SELECT COUNT(*) FROM t.a") == "1");
}

BOOST_AUTO_TEST_SUITE_END()
