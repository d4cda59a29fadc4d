// An operator has taken the automation out of action: beside a real server, with and without watch.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "agent/clock.h"
#include "agent/maintenance.h"
#include "notify/role_lock.h"
#include "tests/support/agent.h"
#include "tests/support/recording_server.h"
#include "tests/support/text.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

struct Kept {
  MariaDb server{{"--read-only"}};
  Agent agent{mysql_section(server)};

  int notify(const std::string& state) const {
    return agent.run({"notify", "INSTANCE", "VI_1", state, "100"});
  }
  int on(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"maintenance", "on", "--reason", "new disks"};
    words.insert(words.end(), more.begin(), more.end());
    return agent.run(words);
  }
  bool read_only() const { return server.value("SELECT @@global.read_only") == "1"; }
  int check(std::string* output = nullptr) const { return agent.run({"check"}, output); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(maintenance)

BOOST_AUTO_TEST_CASE(master_is_recorded_only_and_done_at_the_end) {
  Kept node;
  BOOST_TEST(node.on() == 0);
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.read_only());
  BOOST_TEST(node.agent.last_outcome() == "suspended");
  BOOST_TEST(node.agent.run({"maintenance", "off"}) == 0);
  BOOST_TEST(!node.read_only());
  BOOST_TEST(node.agent.last_outcome() == "done");
}

BOOST_AUTO_TEST_CASE(backup_demotes_nobody_until_the_end) {
  Kept node;
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.on() == 0);
  BOOST_TEST(node.notify("BACKUP") == 0);
  BOOST_TEST(!node.read_only());
  BOOST_TEST(node.agent.run({"maintenance", "off"}) == 0);
  BOOST_TEST(node.read_only());
}

BOOST_AUTO_TEST_CASE(fault_and_stop_still_demote) {
  for (const char* state : {"FAULT", "STOP"}) {
    Kept node;
    BOOST_TEST(node.notify("MASTER") == 0);
    BOOST_TEST(node.on() == 0);
    BOOST_TEST(node.notify(state) == 0);
    BOOST_TEST(node.read_only());
  }
}

BOOST_AUTO_TEST_CASE(the_newest_of_several_events_is_what_is_done) {
  Kept node;
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.on() == 0);
  BOOST_TEST(node.notify("FAULT") == 0);
  BOOST_TEST(node.notify("BACKUP") == 0);
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.read_only());
  BOOST_TEST(node.agent.run({"maintenance", "off"}) == 0);
  BOOST_TEST(!node.read_only());
}

BOOST_AUTO_TEST_CASE(the_check_repeats_what_it_said_and_a_node_never_checked_stays_at_no) {
  Kept node;
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.on() == 0);
  std::string output;
  BOOST_TEST(node.check(&output) == 1);
  BOOST_TEST(node.agent.run({"maintenance", "off"}) == 0);
  BOOST_TEST(node.check() == 0);
  BOOST_TEST(node.on() == 0);
  node.server.sql("SET GLOBAL read_only = 1");
  BOOST_TEST(node.check(&output) == 0);
  BOOST_TEST(output.find("maintenance (new disks) repeats what was so before it; without it: no") !=
             std::string::npos);
  BOOST_TEST(node.agent.run({"maintenance", "off"}) == 0);
  BOOST_TEST(node.check() == 1);
}

BOOST_AUTO_TEST_CASE(said_again_it_changes_its_end_and_keeps_what_the_check_said) {
  Kept node;
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.check() == 0);
  BOOST_TEST(node.on() == 0);
  BOOST_TEST(node.on({"--for", "1h"}) == 0);
  BOOST_TEST(node.check() == 0);
  BOOST_TEST(node.agent.journal("maintenance").size() == 2U);
  BOOST_TEST(node.agent.journal("maintenance").back().contains("until_ms"));
}

BOOST_AUTO_TEST_CASE(off_without_on_is_said_and_no_failure) {
  Kept node;
  std::string output;
  BOOST_TEST(node.agent.run({"maintenance", "off"}, &output) == 0);
  BOOST_TEST(output == "maintenance is not on\n");
}

BOOST_AUTO_TEST_CASE(watch_changes_nothing_meanwhile_ends_it_in_time_and_goes_to_work) {
  Kept node;
  Child watch = node.agent.start({"watch"});
  BOOST_REQUIRE(wait_for([&] { return watch_runs({node.agent.state_dir()}); }));
  BOOST_TEST(node.on({"--for", "2s"}) == 0);
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(wait_for([&] { return node.agent.last_outcome() == "suspended"; }));
  BOOST_TEST(wait_for([&] { return !node.read_only(); }));
  const auto told = node.agent.journal("maintenance");
  BOOST_REQUIRE(told.size() == 2U);
  BOOST_TEST(told[1].value("state", "") == "over");
  // The promotion came after the end, not before it.
  BOOST_TEST(node.agent.journal("begin").back()["at_ms"] >= told[1]["at_ms"]);
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
}

BOOST_AUTO_TEST_CASE(people_are_told_again_a_day_later_and_not_before) {
  const RecordingServer ops;
  const MariaDb server({"--read-only"});
  const Agent agent(mysql_section(server) +
                    "[webhook ops]\nformat = text\nallow_http = yes\nurl = " + ops.url() + "\n");
  const StateDir dir{agent.state_dir()};
  BOOST_TEST(agent.run({"maintenance", "on", "--reason", "new disks"}) == 0);
  const auto told = [&](const std::string& text) {
    const auto all = ops.requests();
    return std::count_if(all.begin(), all.end(),
                         [&](const RecordedRequest& each) { return has(each.body, text); });
  };
  BOOST_TEST(told("MAINTENANCE begun") == 1);
  const auto later_by = [&](std::int64_t hours) {
    auto now = read_maintenance(dir).value().value();
    now.told_ms = wall_ms() - hours * 3600 * 1000;
    BOOST_REQUIRE(write_maintenance(dir, now).has_value());
  };
  const Child watch = agent.start({"watch"});
  later_by(25);
  BOOST_TEST(wait_for([&] { return told("MAINTENANCE goes on") == 1; }));
  BOOST_TEST(wall_ms() - read_maintenance(dir).value().value().told_ms < 3600 * 1000);
  later_by(23);
  BOOST_TEST(agent.run({"maintenance", "off"}) == 0);
  BOOST_TEST(wait_for([&] { return told("maintenance ended") == 1; }));
  BOOST_TEST(told("MAINTENANCE goes on") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
