// Rules of [alert] sections, with real servers, the check that keepalived runs, and watch.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>

#include "agent/clock.h"
#include "notify/role_lock.h"
#include "notify/rule_states.h"
#include "tests/support/agent.h"
#include "tests/support/recording_server.h"
#include "tests/support/text.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

std::string channel(const RecordingServer& receiver) {
  return "[webhook ops]\nallow_http = yes\nrate_limit = 60000\nurl = " + receiver.url() + "\n";
}

std::string rule(const std::string& name, const std::string& keys) {
  return "[alert " + name + "]\n" + keys;
}

/// An agent with rules whose watch runs, and who is told.
struct Ruled {
  RecordingServer receiver;
  Agent agent;
  Child watch;

  Ruled(const std::string& resources, const std::string& rules)
      : agent(resources + channel(receiver) + rules) {
    start();
  }
  void start() {
    watch = agent.start({"watch"});
    BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  }
  void stop() {
    watch.signal(SIGTERM);
    BOOST_TEST(watch.wait() == 0);
  }
  /// Messages that hold all the words.
  std::size_t told(const std::vector<std::string>& words) const {
    std::size_t count = 0;
    for (const RecordedRequest& request : receiver.requests()) {
      const bool all = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
        return request.body.find(word) != std::string::npos;
      });
      count += all ? 1 : 0;
    }
    return count;
  }
  /// Checks as keepalived does until it is told.
  bool checks_until_told(const std::vector<std::string>& words) const {
    return wait_for([&] {
      agent.run({"check"});
      return told(words) > 0;
    });
  }
  bool is_told(const std::vector<std::string>& words) const {
    return wait_for([&] { return told(words) > 0; });
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(alert_rules)

BOOST_AUTO_TEST_CASE(a_replica_that_lags_is_told_and_so_is_its_end) {
  MariaDb source(semi_sync_args());
  MariaDb replica(semi_sync_args());
  replica.sql("SET GLOBAL read_only = ON");
  replica.replicate_from(source);
  Ruled node(mysql_section(replica, "peer_host = 127.0.0.1\npeer_port = " +
                                        std::to_string(source.port()) + "\n"),
             rule("lag", "metric = replication_lag\nthreshold = 1s\nseverity = critical\n"));
  source.sql("CREATE DATABASE shop");
  source.sql("CREATE TABLE shop.orders (id INT PRIMARY KEY)");
  BOOST_REQUIRE(replica.wait_caught_up(source));
  // Semi-sync needs the receiver only; the applier waits for this lock.
  auto reader = MysqlClient::connect(replica.by_socket(), Millis{10'000}, Millis{60'000});
  BOOST_REQUIRE(reader.has_value());
  BOOST_REQUIRE(reader->exec("LOCK TABLES shop.orders READ").has_value());
  source.sql("INSERT INTO shop.orders VALUES (1)");
  BOOST_TEST(
      node.checks_until_told({"ALERT lag: replication_lag of mysql main is ", "which is > 1.0 s"}));
  std::string status;
  node.agent.run({"status"}, &status);
  BOOST_TEST(has(status, "lag (critical): replication_lag of mysql main is "));
  BOOST_REQUIRE(reader->exec("UNLOCK TABLES").has_value());
  BOOST_TEST(node.checks_until_told({"RESOLVED lag: ", "no longer > 1.0 s"}));
  node.agent.run({"status"}, &status);
  BOOST_TEST(!has(status, "lag (critical)"));
}

BOOST_AUTO_TEST_CASE(a_restart_of_watch_tells_nothing_twice_and_loses_no_end) {
  Redis server;
  Ruled node(
      redis_section(server),
      rule("down", "metric = probe_up\noperator = ==\nthreshold = 0\nseverity = critical\n"));
  server.kill9();
  BOOST_TEST(node.checks_until_told({"ALERT down: probe_up of redis cache is 0"}));
  node.stop();
  node.start();
  // It has judged again when it has read a sample that is younger than it.
  const StateDir dir{node.agent.state_dir()};
  const std::int64_t restarted = wall_ms();
  node.agent.run({"check"});
  node.stop();
  server.start();
  node.agent.run({"check"});
  node.start();
  BOOST_TEST(node.is_told({"RESOLVED down: probe_up of redis cache is 1"}));
  BOOST_TEST(node.told({"ALERT down"}) == 1U);
  BOOST_TEST(read_rule_states(dir).judged_ms >= restarted);
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_taken_away_while_it_fires_is_told_to_be_over) {
  Redis server;
  Ruled node(redis_section(server), rule("free",
                                         "metric = disk_free\noperator = <=\n"
                                         "threshold = 100%\npath = /\n"));
  BOOST_TEST(node.is_told({"ALERT free: disk_free of / is "}));
  node.stop();
  const std::string path = node.agent.argv({})[2];
  const std::string text = read_text(path);
  std::ofstream(path) << text.substr(0, text.find("[alert free]"));
  node.start();
  BOOST_TEST(node.is_told({"RESOLVED free: disk_free of / is no longer measured"}));
  BOOST_TEST(read_rule_states({node.agent.state_dir()}).rules.empty());
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_is_slower_than_any_deadline_of_a_check) {
  Redis server;
  Ruled node(redis_section(server),
             rule("slow", "metric = response_time\nthreshold = 2s\nresource = redis cache\n") +
                 rule("failures", "metric = error_count\noperator = >=\nthreshold = 3\n"));
  node.agent.run({"check"});
  server.freeze();
  BOOST_TEST(node.checks_until_told({"ALERT slow: response_time of redis cache is "}));
  BOOST_TEST(node.is_told({"ALERT failures: error_count of redis cache is 3, which is >= 3"}));
  server.thaw();
  BOOST_TEST(node.checks_until_told({"RESOLVED slow: "}));
}

BOOST_AUTO_TEST_CASE(sizes_connections_and_what_is_of_the_machine) {
  MariaDb server{{"--read-only"}};
  Redis cache;
  Ruled node(mysql_section(server) + redis_section(cache, &cache),
             rule("size", "metric = database_size\nthreshold = 1KiB\n") +
                 rule("clients", "metric = connection_count\noperator = >=\nthreshold = 1\n") +
                 rule("load", "metric = load\noperator = >=\nthreshold = 0\n") +
                 rule("memory", "metric = memory\nthreshold = 0%\n") +
                 rule("spool", "metric = spool_age\noperator = >=\nthreshold = 0s\n") +
                 rule("peer", "metric = network_latency\noperator = >=\nthreshold = 0s\n"));
  for (const char* words :
       {"ALERT size: database_size of mysql main is ",
        "ALERT size: database_size of redis cache is ",
        "ALERT clients: connection_count of mysql main is ",
        "ALERT clients: connection_count of redis cache is ", "ALERT load: load is ",
        "ALERT memory: memory is ", "ALERT spool: spool_age is ",
        "ALERT peer: network_latency of 127.0.0.1 is "}) {
    BOOST_TEST(node.checks_until_told({words}), words);
  }
}

BOOST_AUTO_TEST_SUITE_END()
