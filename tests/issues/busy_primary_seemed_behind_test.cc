// A primary under writes that got MASTER once more was refused: it had been looked at before its
// replica, which by then held more.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/support/agent.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

BOOST_AUTO_TEST_CASE(a_busy_primary_is_not_behind_its_replica) {
  Redis primary;
  Redis replica;
  replica.replicate_from(primary);
  MariaDb own(semi_sync_args());
  MariaDb peer(semi_sync_args());
  peer.replicate_from(own);
  peer.sql("SET GLOBAL read_only = ON");
  own.sql("CREATE DATABASE t");
  own.sql("CREATE TABLE t.a (i INT AUTO_INCREMENT PRIMARY KEY)");
  const Agent agent(mysql_section(own, peer_keys(peer)) + redis_section(primary, &replica));
  std::atomic<bool> enough = false;
  std::jthread redis_writer([&] {
    for (int i = 0; !enough; ++i) primary.command({"SET", "k", std::to_string(i)});
  });
  std::jthread mysql_writer([&] {
    auto client = MysqlClient::connect(own.by_socket(), Millis{5000}, Millis{30'000});
    while (client && !enough) client->exec("INSERT INTO t.a VALUES ()");
  });
  for (int again = 0; again < 20; ++again) {
    std::string output;
    BOOST_TEST(agent.run({"notify", "MASTER"}, &output) == 0, output);
  }
  enough = true;
}
