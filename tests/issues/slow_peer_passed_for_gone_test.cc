// A peer whose machine was there and whose server took a tenth of a second to answer passed for a
// machine that is gone: the promotion did not stop its writes. Found by `make soak` on a busy
// machine.
#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/support/agent.h"
#include "tests/support/tcp_relay.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

/// Longer than a promotion waits for a machine that is gone.
constexpr Millis kSlow{200};

/// MASTER comes while the peer's server is slow.
void promote_beside(const Agent& agent, TcpRelay& cable) {
  cable.cut();
  Child hook = agent.start({"notify", "MASTER"});
  BOOST_REQUIRE(wait_for([&] { return !agent.journal("begin").empty(); }));
  std::this_thread::sleep_for(kSlow);
  cable.release();
  BOOST_TEST(hook.wait() == 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slow_peer_passed_for_gone)

BOOST_AUTO_TEST_CASE(mysql_that_answers_late_is_fenced) {
  MariaDb peer(semi_sync_args());
  MariaDb own(semi_sync_args());
  own.sql("SET GLOBAL read_only = ON");
  own.replicate_from(peer);
  TcpRelay cable(peer.port());
  const Agent agent(mysql_section(
      own, "peer_host = 127.0.0.1\npeer_port = " + std::to_string(cable.port()) + "\n"));
  promote_beside(agent, cable);
  BOOST_TEST(agent.last_outcome() == "done");
  BOOST_TEST(own.value("SELECT @@global.read_only") == "0");
  BOOST_TEST(peer.value("SELECT @@global.read_only") == "1");
}

BOOST_AUTO_TEST_CASE(redis_that_answers_late_is_fenced) {
  Redis peer;
  Redis own;
  own.replicate_from(peer);
  TcpRelay cable(peer.port());
  const Agent agent("[redis cache]\nhost = 127.0.0.1\nport = " + std::to_string(own.port()) +
                    "\npeer_host = 127.0.0.1\npeer_port = " + std::to_string(cable.port()) + "\n");
  promote_beside(agent, cable);
  BOOST_TEST(agent.last_outcome() == "done");
  BOOST_TEST(own.info("role") == "master");
  BOOST_CHECK_THROW(peer.command({"SET", "a", "b"}), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
