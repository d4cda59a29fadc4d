#include "agent/event.h"

#include <boost/test/unit_test.hpp>

#include "agent/process.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

Event event(const std::string& instance, State state, std::int64_t ticks, std::int64_t pid = 10,
            std::string boot = boot_id()) {
  Event made;
  made.hook = {std::move(boot), ticks, pid};
  made.instance = instance;
  made.state = state;
  made.at_ms = 1000 - ticks;  // the clock runs backwards: it must not matter
  made.id =
      std::to_string(ticks) + "-" + std::to_string(pid) + "-" + made.hook.boot_id.substr(0, 4);
  return made;
}

BOOST_AUTO_TEST_SUITE(events)

BOOST_AUTO_TEST_CASE(what_was_recorded_is_read_back) {
  const test::TempDir folder;
  const StateDir dir{folder.path()};
  BOOST_REQUIRE(dir.prepare().has_value());
  Event written = event("VI_1", State::master, 5);
  written.priority = 100;
  written.group = true;
  BOOST_REQUIRE(record_event(dir, written).has_value());
  const auto events = read_events(dir);
  BOOST_REQUIRE(events.has_value());
  BOOST_REQUIRE(events->size() == 1U);
  BOOST_TEST(events->front().id == written.id);
  BOOST_TEST((events->front().hook == written.hook));
  BOOST_TEST((events->front().state == State::master));
  BOOST_TEST(events->front().priority == 100);
  BOOST_TEST(events->front().group);
  BOOST_TEST(!events->front().told);
}

BOOST_AUTO_TEST_CASE(the_newest_is_the_one_whose_hook_was_forked_last_whatever_the_clock_says) {
  const test::TempDir folder;
  const StateDir dir{folder.path()};
  BOOST_REQUIRE(dir.prepare().has_value());
  for (const Event& one : {event("VI_1", State::fault, 7), event("VI_1", State::master, 9, 11),
                           event("VI_1", State::backup, 9, 10)}) {
    BOOST_REQUIRE(record_event(dir, one).has_value());
  }
  const auto newest = newest_event(read_events(dir).value(), "VI_1");
  BOOST_REQUIRE(newest.has_value());
  BOOST_TEST((newest->state == State::master));
}

BOOST_AUTO_TEST_CASE(an_event_of_an_earlier_boot_says_nothing_about_the_role) {
  const std::vector<Event> events{event("VI_1", State::master, 99, 10, "another boot")};
  BOOST_TEST(!newest_event(events, "VI_1").has_value());
}

BOOST_AUTO_TEST_CASE(the_short_form_always_counts_and_another_instance_never) {
  const std::vector<Event> events{event("VI_1", State::backup, 1), event("", State::fault, 2),
                                  event("VI_2", State::master, 3)};
  const auto newest = newest_event(events, "VI_1");
  BOOST_REQUIRE(newest.has_value());
  BOOST_TEST((newest->state == State::fault));
}

BOOST_AUTO_TEST_CASE(without_a_configured_instance_the_first_one_seen_drives_until_it_is_stopped) {
  std::vector<Event> events{event("VI_1", State::backup, 1), event("VI_2", State::backup, 2)};
  BOOST_TEST(driving_instance(events, "", "") == "VI_1");
  BOOST_TEST(driving_instance(events, "VI_9", "") == "VI_9");
  BOOST_TEST(driving_instance({event("VI_2", State::backup, 2)}, "", "VI_1") == "VI_1");
  events.push_back(event("VI_1", State::deleted, 3));
  events.push_back(event("VI_3", State::backup, 4));
  BOOST_TEST(driving_instance(events, "", "") == "VI_3");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_event_is_skipped) {
  const test::TempDir folder;
  const StateDir dir{folder.path()};
  BOOST_REQUIRE(dir.prepare().has_value());
  BOOST_REQUIRE(write_file(dir.events() + "/x.json", "{\"id\": 1").has_value());
  BOOST_REQUIRE(write_file(dir.events() + "/y.json", "[]").has_value());
  BOOST_REQUIRE(record_event(dir, event("VI_1", State::backup, 1)).has_value());
  BOOST_TEST(read_events(dir).value().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_missing_folder_has_no_events) {
  const auto events = read_events({"/nonexistent/ha-agent"});
  BOOST_REQUIRE(events.has_value());
  BOOST_TEST(events->empty());
}

BOOST_AUTO_TEST_CASE(pruning_keeps_the_newest_and_whatever_was_not_told) {
  const test::TempDir folder;
  const StateDir dir{folder.path()};
  BOOST_REQUIRE(dir.prepare().has_value());
  for (int ticks = 1; ticks <= 5; ++ticks) {
    Event one = event("VI_1", State::backup, ticks);
    one.told = ticks != 2;
    BOOST_REQUIRE(record_event(dir, one).has_value());
  }
  BOOST_REQUIRE(prune_events(dir, 2).has_value());
  const auto left = read_events(dir).value();
  BOOST_REQUIRE(left.size() == 3U);
  BOOST_TEST(left[0].hook.start_ticks == 2);
  BOOST_TEST(left[1].hook.start_ticks == 4);
  BOOST_TEST(left[2].hook.start_ticks == 5);
}

BOOST_AUTO_TEST_CASE(pruning_keeps_what_each_instance_said_last) {
  const test::TempDir folder;
  const StateDir dir{folder.path()};
  BOOST_REQUIRE(dir.prepare().has_value());
  for (int ticks = 1; ticks <= 6; ++ticks) {
    Event one = event(ticks <= 2 ? "VI_1" : "VI_2", State::backup, ticks);
    one.told = true;
    BOOST_REQUIRE(record_event(dir, one).has_value());
  }
  BOOST_REQUIRE(prune_events(dir, 2).has_value());
  const auto left = read_events(dir).value();
  BOOST_REQUIRE(left.size() == 3U);
  BOOST_TEST(left[0].instance == "VI_1");
  BOOST_TEST(left[0].hook.start_ticks == 2);
  BOOST_TEST(left[1].hook.start_ticks == 5);
  BOOST_TEST(left[2].hook.start_ticks == 6);
}

BOOST_AUTO_TEST_CASE(this_process_is_alive_and_an_earlier_one_with_its_pid_is_not) {
  ProcessId self = ProcessId::self();
  BOOST_TEST(self.alive());
  self.start_ticks -= 1;
  BOOST_TEST(!self.alive());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
