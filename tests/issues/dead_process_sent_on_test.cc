// A primary crashed with a transaction under way to its replica, took it back at its restart
// (init_rpl_role = SLAVE) and was promoted again. The network delivered it all the same, from a
// process that was gone: the replica applied it, and the primary gave its GTID to another one.
// Nothing tells two such histories apart. Found by `make soak` (MariaDB 10.11: a link that was cut
// for a second, and kill -9 meanwhile).
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <thread>

#include "tests/support/server_pairs.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

std::vector<std::string> primary_args() {
  auto args = semi_sync_args();
  args.insert(args.end(), {"--init-rpl-role=SLAVE", "--read-only", "--sync-binlog=1",
                           "--rpl-semi-sync-master-wait-point=AFTER_SYNC"});
  return args;
}

std::string rows_of(const MariaDb& server) {
  return server.value("SELECT GROUP_CONCAT(i ORDER BY i) FROM t.a");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dead_process_sent_on)

BOOST_AUTO_TEST_CASE(what_a_dead_process_had_sent_reaches_no_replica_after_the_next_promotion) {
  MariaDbPair pair(primary_args());
  MariaDb& primary = pair.primary;
  const MariaDb& replica = pair.replica;
  replica.sql("SET GLOBAL read_only = ON");
  TcpRelay cable(primary.port());
  pair.replicate_through(cable);

  const Agent agent(mysql_section(primary, follow_keys(replica)));
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  BOOST_REQUIRE(wait_for([&] { return primary.status("Rpl_semi_sync_master_clients") == "1"; }));
  primary.sql("SET GLOBAL rpl_semi_sync_master_wait_no_slave = ON");
  primary.sql("SET GLOBAL rpl_semi_sync_master_timeout = 3600000");
  primary.sql("INSERT INTO t.a VALUES (1)");

  cable.hold();
  std::thread client(
      [&] { BOOST_CHECK_THROW(primary.sql("INSERT INTO t.a VALUES (2)"), std::runtime_error); });
  BOOST_TEST(wait_for([&] { return cable.held() > 100; }));
  BOOST_TEST(wait_for([&] { return primary.status("Rpl_semi_sync_master_wait_sessions") == "1"; }));
  primary.kill9();
  client.join();
  primary.start();
  BOOST_TEST(rows_of(primary) == "1");
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(agent.last_outcome() == "done");
  cable.release();

  primary.sql("INSERT INTO t.a VALUES (3)");
  BOOST_TEST(replica.wait_caught_up(primary));
  BOOST_TEST(rows_of(replica) == "1,3");
  BOOST_TEST(rows_of(primary) == "1,3");
}

BOOST_AUTO_TEST_SUITE_END()
