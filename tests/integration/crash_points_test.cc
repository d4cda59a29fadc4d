// The program dies after each step of each plan in turn, on real servers; whoever comes next, the
// next hook or watch, ends in the same state as a run that was left alone.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <functional>
#include <stdexcept>

#include "agent/event.h"
#include "notify/plan.h"
#include "tests/support/agent.h"
#include "tests/support/config_text.h"
#include "tests/support/server_pairs.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

struct World : ServerPairs {
  void peer_serves() const {
    peer.sql("STOP ALL SLAVES");
    peer.sql("RESET SLAVE ALL");
    peer.sql("SET GLOBAL read_only = OFF");
    peer_redis.command({"REPLICAOF", "NO", "ONE"});
    peer_redis.command({"CONFIG", "SET", "min-replicas-to-write", "0"});
  }

  // This node follows the peer.
  void as_standby() {
    peer_serves();
    own.replicate_from(peer);
    own.sql("SET GLOBAL read_only = ON");
    own_redis.replicate_from(peer_redis);
  }

  // This node serves, and the peer has just taken over with all that it had.
  void as_old_master() {
    own.sql("STOP ALL SLAVES");
    own.sql("RESET SLAVE ALL");
    own.sql("SET GLOBAL read_only = OFF");
    peer.replicate_from(own);
    own_redis.command({"REPLICAOF", "NO", "ONE"});
    own_redis.command({"CONFIG", "SET", "min-replicas-to-write", "0"});
    peer_redis.replicate_from(own_redis);
    peer_serves();
  }

  std::string state() const {
    return "read_only=" + own.value("SELECT @@global.read_only") +
           " source=" + own.replica_status("Slave_IO_Running") + "/" +
           own.replica_status("Slave_SQL_Running") +
           " semi-sync=" + own.value("SELECT @@global.rpl_semi_sync_master_enabled") +
           own.value("SELECT @@global.rpl_semi_sync_slave_enabled") +
           " redis=" + own_redis.info("role") + "/" + own_redis.info("master_link_status");
  }

  // A demotion ends clients, this test's too.
  std::string seen() const {
    try {
      return state();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }

  // Links come up a moment after they were ordered.
  bool becomes(const std::string& wanted) const {
    return wait_for([&] { return seen() == wanted; }, Millis{15'000});
  }
};

// Every place of a plan: "begin", each step of each lane, "settled", "told".
std::vector<std::string> places_of(const World& world, State to) {
  const Config config = config_of("[agent]\nnode = test\n" + world.sections());
  std::vector<std::string> places{"begin"};
  for (const Lane& lane : make_plan(config, State::none, to).lanes) {
    for (const Step step : lane.steps) {
      places.push_back(lane.resource + "/" + std::string(word_of(step)));
    }
  }
  places.insert(places.end(), {"settled", "told"});
  return places;
}

int run_until(const Agent& agent, const std::string& place, const std::string& word) {
  std::vector<std::string> argv = agent.argv({"notify", "INSTANCE", "VI_1", word, "100"});
  argv[0] += "-crash";
  return run(argv, nullptr, {{"HA_CRASH_AFTER", place}});
}

bool every_event_is_told(const Agent& agent) {
  const auto events = read_events({agent.state_dir()});
  return events &&
         std::all_of(events->begin(), events->end(), [](const Event& event) { return event.told; });
}

enum class Next { hook, watch };

void die_everywhere(World& world, State to, Next next, const std::function<void()>& prepare) {
  const std::string word(to_string(to));
  prepare();
  const Agent untouched(world.sections());
  BOOST_REQUIRE(untouched.run({"notify", "INSTANCE", "VI_1", word, "100"}) == 0);
  BOOST_REQUIRE(wait_for([&] { return world.own_redis.info("master_link_status") != "down"; }));
  const std::string wanted = world.state();

  constexpr int kKilled = 128 + SIGKILL;
  for (const std::string& place : places_of(world, to)) {
    BOOST_TEST_CONTEXT(word << " killed after " << place) {
      prepare();
      const Agent agent(world.sections());
      BOOST_TEST(run_until(agent, place, word) == kKilled);
      if (next == Next::hook) {
        BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", word, "100"}) == 0);
        BOOST_CHECK_MESSAGE(world.becomes(wanted), world.seen() << " instead of " << wanted);
        BOOST_TEST(every_event_is_told(agent));
      } else {
        const Child watch = agent.start({"watch"});
        BOOST_CHECK_MESSAGE(world.becomes(wanted), world.seen() << " instead of " << wanted);
        BOOST_TEST(wait_for([&] { return every_event_is_told(agent); }));
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crash_points)

BOOST_AUTO_TEST_CASE(master_and_the_next_hook) {
  World world;
  die_everywhere(world, State::master, Next::hook, [&] { world.as_standby(); });
}

BOOST_AUTO_TEST_CASE(master_and_watch) {
  World world;
  die_everywhere(world, State::master, Next::watch, [&] { world.as_standby(); });
}

BOOST_AUTO_TEST_CASE(backup_and_the_next_hook) {
  World world;
  die_everywhere(world, State::backup, Next::hook, [&] { world.as_old_master(); });
}

BOOST_AUTO_TEST_CASE(fault_and_watch) {
  World world;
  die_everywhere(world, State::fault, Next::watch, [&] { world.as_old_master(); });
}

BOOST_AUTO_TEST_CASE(stop_and_the_next_hook) {
  World world;
  die_everywhere(world, State::stop, Next::hook, [&] { world.as_old_master(); });
}

BOOST_AUTO_TEST_CASE(stop_and_watch) {
  World world;
  die_everywhere(world, State::stop, Next::watch, [&] { world.as_old_master(); });
}

BOOST_AUTO_TEST_SUITE_END()
