// A standby whose primary lost its power did not take over: watch put together that its own server
// no longer followed (seen after the death) and that the peer took writes (seen before it), and
// took back what it remembered of following.
#include <boost/test/unit_test.hpp>

#include "agent/record.h"
#include "notify/watch.h"
#include "tests/support/redis_role.h"
#include "tests/support/tcp_relay.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

/// A replica that has followed, watched; the way to its primary can be cut.
struct Standby {
  Redis primary;
  Redis own;
  TcpRelay cable{primary.port()};
  Agent agent{"[redis cache]\nhost = 127.0.0.1\nport = " + std::to_string(own.port()) +
              "\npeer_host = 127.0.0.1\npeer_port = " + std::to_string(cable.port()) + "\n"};
  Child watch;

  Standby() {
    primary.command({"SET", "k", "v"});
    BOOST_REQUIRE(agent.run({"notify", "BACKUP"}) == 0);
    BOOST_REQUIRE(wait_for([&] { return own.info("master_link_status") == "up"; }));
    watch = agent.start({"watch"});
    BOOST_REQUIRE(wait_for([&] { return record().freshness == Freshness::fresh; }));
  }
  Record record() const {
    return read_record({agent.state_dir()}, "redis cache").value_or(Record{});
  }
  /// Until watch has looked often enough to have lost all its patience with a peer that hangs. Each
  /// of its looks at its own server is a connection, as is each question of this test.
  void wait_for_looks() const {
    own.command({"CONFIG", "RESETSTAT"});
    std::int64_t questions = 0;
    BOOST_REQUIRE(wait_for(
        [&] { return std::stoll(own.info("total_connections_received")) - ++questions >= 6; }));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(last_word_of_a_dead_primary, Standby)

BOOST_AUTO_TEST_CASE(what_was_followed_until_its_death_stays_fresh) {
  cable.cut();
  own.command({"CLIENT", "KILL", "TYPE", "master"});
  BOOST_REQUIRE(own.info("master_link_status") == "down");
  wait_for_looks();
  BOOST_TEST((record().freshness == Freshness::fresh), record().why);
  BOOST_TEST(agent.run({"check"}) == 0);
}

BOOST_AUTO_TEST_CASE(a_primary_that_goes_on_without_us_makes_it_void) {
  // Nobody lets it follow again meanwhile.
  BOOST_REQUIRE(agent.run({"maintenance", "on", "--reason", "a test"}) == 0);
  own.command({"REPLICAOF", "127.0.0.1", std::to_string(free_port())});
  BOOST_TEST(wait_for([&] { return record().freshness == Freshness::voided; }));
}

BOOST_AUTO_TEST_SUITE_END()
