// `status` and `history` of the real program, beside a real Redis server.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/agent.h"
#include "tests/support/recording_server.h"
#include "tests/support/redis.h"

namespace ha {
namespace {

using nlohmann::json;

struct StatusNode {
  test::Redis redis{{}};
  test::RecordingServer server{{{500, "", {}, false}}};
  test::Agent agent{test::redis_section(redis) + "[webhook ops]\nformat = text\nurl = " +
                        server.url() + "\nallow_http = yes\n",
                    "deadline = 5s\n"};

  json status() const {
    std::string output;
    BOOST_TEST(agent.run({"status", "--format", "json"}, &output) == 0, output);
    return json::parse(output);
  }
};

BOOST_FIXTURE_TEST_SUITE(status_of_a_node, StatusNode)

BOOST_AUTO_TEST_CASE(before_the_first_event_it_is_a_standby_without_a_transition) {
  const json all = status();
  BOOST_TEST(all.at("role") == "STANDBY");
  BOOST_TEST(all.at("newest_event").is_null());
  BOOST_TEST(all.at("last_transition").is_null());
  BOOST_TEST(all.at("resources").at(0).at("kind") == "redis");
  std::string output;
  BOOST_TEST(agent.run({"history"}, &output) == 0);
  BOOST_TEST(output == "no transitions yet\n");
}

BOOST_AUTO_TEST_CASE(the_witnesses_are_asked) {
  const std::string refused =
      "type = tcp\nhost = 127.0.0.1\nport = " + std::to_string(test::free_port()) + "\n";
  const test::Agent watched("[witness a]\n" + refused + "[witness b]\n" + refused +
                            "[witness c]\ntype = tcp\nhost = nobody.invalid\nport = 1\n");
  std::string output;
  BOOST_TEST(watched.run({"status", "--format", "json"}, &output) == 0);
  const json all = json::parse(output).at("witnesses");
  BOOST_TEST(all.at("quorum") == true);
  BOOST_TEST(all.at("needed") == 2);
  BOOST_TEST(all.at("answers").at(0).at("seen") == "refuses the connection, so it is there");
  BOOST_TEST(all.at("answers").at(1).at("answered") == true);
  BOOST_TEST(all.at("answers").at(2).at("answered") == false);
}

BOOST_AUTO_TEST_CASE(after_a_promotion_it_shows_the_steps_and_the_alert_that_waits) {
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  const json all = status();
  BOOST_TEST(all.at("role") == "MASTER");
  BOOST_TEST(all.at("newest_event").at("state") == "MASTER");
  BOOST_TEST(all.at("check").at("code") == 0);
  BOOST_TEST(all.at("resources").at(0).at("level") == "ok");
  BOOST_TEST(all.at("alerts").at("waiting") == 1);
  BOOST_TEST(all.at("alerts").at("last_error") == "HTTP 500");
  const json& last = all.at("last_transition");
  BOOST_TEST(last.at("to") == "MASTER");
  BOOST_TEST(last.at("outcome") == "done");
  BOOST_TEST(!last.at("steps").empty());
  BOOST_TEST(last.at("alerts").at(0).at("result") == "waiting");

  server.answer({{}});
  BOOST_TEST(agent.run({"alerts", "retry"}) == 0);
  std::string output;
  BOOST_TEST(agent.run({"history"}, &output) == 0);
  BOOST_TEST(output.find("-> MASTER  done in") != std::string::npos, output);
  BOOST_TEST(output.find("alert ops: delivered after 2 tries") != std::string::npos, output);
  BOOST_TEST(output.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_gone_is_named_at_once) {
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  redis.kill9();
  const json all = status();
  BOOST_TEST(all.at("check").at("code") == 1);
  BOOST_TEST(all.at("resources").at(0).at("level") == "no");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(status_of_a_database)

// What the server says of itself under its real names.
BOOST_AUTO_TEST_CASE(settings_that_a_failover_needs_are_read_from_the_server) {
  std::vector<std::string> args = test::semi_sync_args();
  args.insert(args.end(),
              {"--read-only=1", "--init-rpl-role=SLAVE", "--rpl-semi-sync-master-timeout=10000",
               "--rpl-semi-sync-master-wait-point=AFTER_SYNC"});
  test::MariaDb good(args);
  const test::MariaDb bare;
  const test::Agent agent(test::mysql_section(good) + "[mysql bare]\nsocket = " +
                              bare.by_socket().socket + "\nuser = root\n",
                          "deadline = 5s\n");
  const auto settings = [&] {
    std::string output;
    BOOST_TEST(agent.run({"status", "--format", "json"}, &output) == 0, output);
    return json::parse(output).at("settings");
  };
  const json both = settings();
  BOOST_TEST(both.at(0).at("missing").empty(), both.dump());
  BOOST_TEST(both.at(0).at("unreadable").empty(), both.dump());
  std::vector<std::string> lines;
  for (const json& one : both.at(1).at("missing")) lines.push_back(one.at("line"));
  const std::vector<std::string> expected{"read_only = ON", "log_bin = binlog",
                                          "log_slave_updates = ON", "gtid_strict_mode = ON"};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());

  // A primary that would not notice the loss of its replica.
  test::MariaDb replica(args);
  replica.replicate_from(good);
  good.sql("SET GLOBAL read_only = OFF");
  good.sql("SET GLOBAL rpl_semi_sync_master_wait_no_slave = OFF");
  const json waits = settings().at(0).at("missing");
  BOOST_REQUIRE(waits.size() == 1U);
  BOOST_TEST(waits.at(0).at("line") == "SET GLOBAL rpl_semi_sync_master_wait_no_slave = ON");

  // A promotion and a demotion later nobody can tell any more what the file says.
  good.sql("SET GLOBAL read_only = ON");
  BOOST_TEST(settings().at(0).at("unreadable").at(0).at("setting") == "read_only");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
