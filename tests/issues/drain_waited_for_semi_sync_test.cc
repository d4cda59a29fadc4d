// A replica with the source side of semi-sync on waits for acknowledgements in its own applier: the
// drain of one transaction took a whole semi-sync timeout (9.6 s of a 9.7 s promotion,
// MariaDB 10.11).
#include <boost/test/unit_test.hpp>

#include "tests/support/server_pairs.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

BOOST_AUTO_TEST_SUITE(drain_waited_for_semi_sync)

BOOST_AUTO_TEST_CASE(an_applier_that_waits_for_an_acknowledgement_is_let_go_by_the_drain) {
  const MariaDbPair pair;
  const MariaDb& primary = pair.primary;
  const MariaDb& replica = pair.replica;
  replica.sql("SET GLOBAL read_only = ON");
  replica.sql("SET GLOBAL rpl_semi_sync_master_timeout = 3600000");
  replica.sql("SET GLOBAL rpl_semi_sync_master_wait_no_slave = ON");
  replica.sql("SET GLOBAL rpl_semi_sync_master_enabled = OFF");
  replica.sql("SET GLOBAL rpl_semi_sync_master_enabled = ON");
  primary.sql("INSERT INTO t.a VALUES (1)");
  BOOST_REQUIRE(
      wait_for([&] { return replica.status("Rpl_semi_sync_master_wait_sessions") == "1"; }));

  // Without the release the drain would be refused after its 20 s.
  const Agent agent(mysql_section(replica));
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(agent.last_outcome() == "done");
  BOOST_TEST(replica.value("SELECT COUNT(*) FROM t.a") == "1");
  BOOST_TEST(replica.value("SELECT @@global.read_only") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
