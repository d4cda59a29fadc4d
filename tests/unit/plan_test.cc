#include "notify/plan.h"

#include <boost/test/unit_test.hpp>
#include <set>

namespace ha {
namespace {

Config two_databases() {
  Config config;
  config.mysql.push_back({});
  config.mysql.back().name = "main";
  config.mysql.push_back({});
  config.mysql.back().name = "archive";
  config.redis.push_back({});
  config.redis.back().name = "cache";
  config.redis.back().peer_host = "192.0.2.12";
  config.unit.push_back(
      {"nginx", "nginx.service", UnitAction::start, UnitAction::stop, ProbeWhen::master});
  config.unit.push_back(
      {"cron", "cron.service", UnitAction::restart, UnitAction::none, ProbeWhen::master});
  return config;
}

std::string words(const Lane& lane) {
  std::string text;
  for (const Step step : lane.steps) text += std::string(word_of(step)) + " ";
  return text;
}

std::string lane_words(State to, const std::string& resource) {
  for (const Lane& lane : make_plan(two_databases(), State::backup, to).lanes) {
    if (lane.resource == resource) return words(lane);
  }
  return "no lane";
}

BOOST_AUTO_TEST_SUITE(plan)

BOOST_AUTO_TEST_CASE(every_step_has_a_word_of_its_own_and_a_reason_in_both_languages) {
  std::set<std::string> seen;
  for (int i = 0; i <= static_cast<int>(Step::unit_restart); ++i) {
    const auto step = static_cast<Step>(i);
    // Of both databases, in lanes of their own.
    const bool shared = step == Step::redis_look_again || step == Step::redis_follow;
    if (!shared) BOOST_TEST(seen.insert(std::string(word_of(step))).second);
    BOOST_TEST(!reason_of(step, Lang::en).empty());
    BOOST_TEST(!reason_of(step, Lang::zh_cn).empty());
    BOOST_TEST(reason_of(step, Lang::en) != reason_of(step, Lang::zh_cn));
  }
}

BOOST_AUTO_TEST_CASE(master_drains_before_the_source_goes_and_judges_right_before_it_lifts) {
  BOOST_TEST(lane_words(State::master, "mysql main") ==
             "record-position fence-peer stop-receiving drain remove-source semi-sync judge "
             "lift-read-only "
             "look-again ");
}

BOOST_AUTO_TEST_CASE(
    every_other_state_kills_clients_before_it_releases_waiters_and_sets_read_only) {
  for (const State state : {State::backup, State::fault, State::stop, State::deleted}) {
    BOOST_TEST(lane_words(state, "mysql archive") == "kill-clients set-read-only kill-if-silent ");
  }
}

BOOST_AUTO_TEST_CASE(mysql_follows_on_backup_and_fault_when_it_knows_whom_and_as_whom) {
  Config config = two_databases();
  config.mysql.front().peer_host = "192.0.2.12";
  config.mysql.front().replication_user = "repl";
  const auto last_step = [&](State to) {
    return make_plan(config, State::master, to).lanes.front().steps.back();
  };
  BOOST_TEST((last_step(State::backup) == Step::mysql_follow));
  BOOST_TEST((last_step(State::fault) == Step::mysql_follow));
  BOOST_TEST((last_step(State::stop) != Step::mysql_follow));
  BOOST_TEST((last_step(State::deleted) != Step::mysql_follow));
  config.mysql.front().peer_host.clear();
  BOOST_TEST((last_step(State::backup) != Step::mysql_follow));
  config.mysql.front().peer_host = "192.0.2.12";
  config.mysql.front().replication_user.clear();
  BOOST_TEST((last_step(State::backup) != Step::mysql_follow));
}

BOOST_AUTO_TEST_CASE(redis_follows_on_backup_and_fault_and_never_on_stop) {
  BOOST_TEST(lane_words(State::backup, "redis cache") == "fence kill-if-silent follow ");
  BOOST_TEST(lane_words(State::fault, "redis cache") == "fence kill-if-silent follow ");
  BOOST_TEST(lane_words(State::stop, "redis cache") == "fence kill-if-silent ");
  BOOST_TEST(lane_words(State::deleted, "redis cache") == "fence kill-if-silent ");
}

BOOST_AUTO_TEST_CASE(with_witnesses_a_promotion_waits_before_it_changes_anything) {
  Config config = two_databases();
  config.witness.emplace_back();
  for (const Lane& lane : make_plan(config, State::backup, State::master).lanes) {
    if (lane.kind == LaneKind::redis)
      BOOST_TEST(words(lane) == "wait fence-peer promote look-again ");
    if (lane.kind == LaneKind::mysql) {
      BOOST_TEST(words(lane).starts_with("record-position wait fence-peer stop-receiving "));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_silent_server_may_be_left_alone) {
  Config config = two_databases();
  config.agent.on_silent = OnSilent::leave;
  for (const Lane& lane : make_plan(config, State::master, State::stop).lanes) {
    BOOST_TEST(words(lane).find("kill-if-silent") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(redis_without_a_peer_has_nobody_to_follow) {
  Config config = two_databases();
  config.redis.front().peer_host.clear();
  for (const Lane& lane : make_plan(config, State::master, State::backup).lanes) {
    if (lane.kind == LaneKind::redis) BOOST_TEST(words(lane) == "fence kill-if-silent ");
  }
}

BOOST_AUTO_TEST_CASE(units_do_what_their_section_says_and_none_makes_no_lane) {
  BOOST_TEST(lane_words(State::master, "unit nginx") == "start ");
  BOOST_TEST(lane_words(State::backup, "unit nginx") == "stop ");
  BOOST_TEST(lane_words(State::master, "unit cron") == "restart ");
  BOOST_TEST(lane_words(State::backup, "unit cron") == "no lane");
}

BOOST_AUTO_TEST_CASE(an_empty_configuration_has_an_empty_plan_that_says_so) {
  const Config config;
  const Plan empty = make_plan(config, State::none, State::master);
  BOOST_TEST(empty.lanes.empty());
  BOOST_TEST(render_plan(empty, config) == "none -> MASTER: nothing to do\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
