#include <boost/test/unit_test.hpp>

#include "checks/unit.h"

using namespace ha;

namespace {

UnitConfig config() {
  UnitConfig config;
  config.name = "nginx";
  config.unit = "nginx.service";
  return config;
}

Level level(const char* active, bool starting, bool promoting = false) {
  Expectation expect;
  expect.role = Role::master;
  expect.starting = starting;
  expect.promoting = promoting;
  return judge_unit(config(), UnitFacts{"loaded", active, "x"}, expect).level;
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Level)

BOOST_AUTO_TEST_SUITE(judge_unit_states)

BOOST_AUTO_TEST_CASE(systemctl_lines_are_read_by_name) {
  const UnitFacts facts =
      parse_unit("SubState=running\nLoadState=loaded\nActiveState=active\nrubbish\n");
  BOOST_TEST(facts.load == "loaded");
  BOOST_TEST(facts.active == "active");
  BOOST_TEST(facts.sub == "running");
  BOOST_TEST(parse_unit("").load.empty());
}

BOOST_AUTO_TEST_CASE(active_and_reloading_serve) {
  BOOST_TEST(level("active", false) == Level::ok);
  BOOST_TEST(level("reloading", false) == Level::ok);
}

BOOST_AUTO_TEST_CASE(what_is_not_active_is_pending_only_while_it_starts) {
  for (const char* state : {"activating", "inactive", "deactivating"}) {
    BOOST_TEST(level(state, false) == Level::no, state);
    BOOST_TEST(level(state, true) == Level::pending, state);
  }
}

BOOST_AUTO_TEST_CASE(a_unit_that_failed_is_pending_only_before_it_was_started) {
  BOOST_TEST(level("failed", false) == Level::no);
  BOOST_TEST(level("failed", true) == Level::no);
  BOOST_TEST(level("failed", true, true) == Level::pending);
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_not_there_or_masked_is_no_at_once) {
  Expectation starting;
  starting.starting = true;
  const Finding missing =
      judge_unit(config(), UnitFacts{"not-found", "inactive", "dead"}, starting);
  BOOST_TEST(missing.level == Level::no);
  BOOST_TEST(missing.seen == "there is no unit nginx.service");
  BOOST_TEST(judge_unit(config(), UnitFacts{"masked", "inactive", "dead"}, starting).seen ==
             "nginx.service is masked");
}

BOOST_AUTO_TEST_SUITE_END()
