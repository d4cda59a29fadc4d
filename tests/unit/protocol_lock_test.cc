// The decision table with a lock: etcd's answer stands where the witnesses' quorum stands, and the
// witnesses, where there are some beside it, are asked for a promotion alone.
#include <boost/test/unit_test.hpp>

#include "notify/plan.h"
#include "tests/support/config_text.h"
#include "tests/unit/protocol_cells.h"

namespace ha {
namespace {
using namespace cells;

Situation with_lock(Situation situation, bool answers, bool elsewhere = false) {
  situation.witness = {};
  situation.lock = {true, answers, elsewhere, "no answer in time"};
  return situation;
}

Cell cell(Role role, bool promoting, const Situation& situation, Column column) {
  const Judgement judgement = judge(role, promoting, situation, kPolicy);
  BOOST_TEST((judgement.column == column), "the column");
  return judgement.cell;
}

BOOST_AUTO_TEST_SUITE(protocol_lock)

BOOST_AUTO_TEST_CASE(master_writable_x_silent_is_0_while_it_is_held) {
  const Cell held = cell(Role::master, false, with_lock(silent(primary()), true), Column::silent);
  BOOST_TEST((held.level == Level::ok));
  BOOST_TEST((held.note == Note::serving));
}
BOOST_AUTO_TEST_CASE(master_writable_x_isolated_is_1_and_fences) {
  const Cell lost =
      cell(Role::master, false, with_lock(silent(primary()), false), Column::isolated);
  BOOST_TEST((lost.level == Level::no));
  BOOST_TEST((lost.act == Act::fence));
  BOOST_TEST(lost.why.find("the lock is not to be had: no answer in time") != std::string::npos);
}
BOOST_AUTO_TEST_CASE(witnesses_beside_it_do_not_make_a_master_isolated) {
  Situation seen = with_lock(silent(primary()), true);
  seen.witness = {true, false, "none answers"};
  BOOST_TEST((cell(Role::master, false, seen, Column::silent).level == Level::ok));
}

BOOST_AUTO_TEST_CASE(promotion_running_x_silent_is_pending_while_etcd_answers) {
  BOOST_TEST((cell(Role::master, true, with_lock(silent(orphan()), true), Column::silent).level ==
              Level::pending));
  BOOST_TEST(
      (cell(Role::master, true, with_lock(silent(orphan()), false), Column::isolated).level ==
       Level::no));
}

BOOST_AUTO_TEST_CASE(standby_not_following_x_silent_is_can_promote) {
  BOOST_TEST((cell(Role::standby, false, with_lock(silent(orphan()), true), Column::silent).level ==
              Level::ok));
}
BOOST_AUTO_TEST_CASE(standby_not_following_x_isolated_is_1_and_voids) {
  const Cell alone =
      cell(Role::standby, false, with_lock(silent(orphan()), false), Column::isolated);
  BOOST_TEST((alone.level == Level::no));
  BOOST_TEST((alone.note == Note::void_));
}
BOOST_AUTO_TEST_CASE(a_peer_that_answers_does_not_stand_for_a_lock_that_cannot_be_had) {
  for (const Situation& seen :
       {behind(orphan()), behind(replica()), sole_holder(diverged(orphan()))}) {
    BOOST_TEST(can_promote(with_lock(seen, true), kPolicy).yes);
    const Eligibility refused = can_promote(with_lock(seen, false), kPolicy);
    BOOST_TEST(!refused.yes);
    BOOST_TEST((refused.cause == Cause::lock));
  }
}
BOOST_AUTO_TEST_CASE(a_silent_peer_that_keeps_the_lock_is_not_passed_again) {
  const Eligibility kept = can_promote(with_lock(silent(orphan()), true, true), kPolicy);
  BOOST_TEST(!kept.yes);
  BOOST_TEST((kept.cause == Cause::lock));
  // One that answers may keep it: it is the primary, and would be fenced first.
  BOOST_TEST(can_promote(with_lock(behind(replica()), true, true), kPolicy).yes);
}
// Who has the lock is the only one that writes, whatever the peer lets in.
BOOST_AUTO_TEST_CASE(a_peer_that_lets_nobody_in_counts_as_silent) {
  BOOST_TEST((can_promote(refusing(orphan()), kPolicy).cause == Cause::refusing));
  BOOST_TEST(can_promote(with_lock(refusing(orphan()), true), kPolicy).yes);
  BOOST_TEST(
      (can_promote(with_lock(refusing(orphan()), true, true), kPolicy).cause == Cause::lock));
  BOOST_TEST((can_promote(with_lock(refusing(orphan()), false), kPolicy).cause == Cause::lock));
}
BOOST_AUTO_TEST_CASE(witnesses_and_lock_must_agree_on_a_promotion) {
  Situation seen = with_lock(silent(orphan()), true);
  seen.witness = {true, false, "none answers"};
  BOOST_TEST((can_promote(seen, kPolicy).cause == Cause::witness));
  seen.witness.quorum = true;
  BOOST_TEST(can_promote(seen, kPolicy).yes);
  seen.lock.answers = false;
  BOOST_TEST((can_promote(seen, kPolicy).cause == Cause::lock));
}
BOOST_AUTO_TEST_CASE(the_record_still_decides_what_is_fresh) {
  const auto may = [](Situation seen) { return can_promote(seen, kPolicy).yes; };
  BOOST_TEST(!may(with_lock(with_record(silent(orphan()), Freshness::voided), true)));
  BOOST_TEST(may(with_lock(sole_holder(silent(orphan())), true)));
}
BOOST_AUTO_TEST_CASE(an_operator_passes_it) {
  PromotePolicy forced = kPolicy;
  forced.forced = true;
  BOOST_TEST(can_promote(with_lock(silent(orphan()), false), forced).yes);
}
BOOST_AUTO_TEST_CASE(its_own_end_is_the_wait) {
  AgentConfig config;
  config.isolation_timeout = Millis{5'000};
  WitnessView witness;
  witness.configured = true;
  LockView lock;
  lock.configured = true;
  BOOST_TEST(wait_before_promotion(witness, {}, config).count() > 0);
  BOOST_TEST(wait_before_promotion(witness, {}, config, lock).count() == 0);
}

// --- the plan

Config pair(const std::string& more) {
  return test::config_of("[mysql main]\nuser = u\nsocket = /s\n[redis cache]\n" + more);
}

std::string words(const Lane& lane) {
  std::string text = lane.resource + ":";
  for (const Step step : lane.steps) text += " " + std::string(word_of(step));
  return text;
}

BOOST_AUTO_TEST_CASE(a_promotion_takes_it_in_place_of_the_wait) {
  const Config config = pair(
      "[witness w]\ntype = ping\nhost = 192.0.2.1\n[lock dcs]\ntype = etcd\n"
      "endpoints = http://h:2379\n");
  const auto lanes = make_plan(config, State::backup, State::master).lanes;
  BOOST_REQUIRE_EQUAL(lanes.size(), 2U);
  BOOST_TEST(words(lanes[0]).starts_with("mysql main: record-position take-lock fence-peer "));
  BOOST_TEST(words(lanes[1]) == "redis cache: take-lock fence-peer promote look-again");
}
BOOST_AUTO_TEST_CASE(every_demotion_gives_it_back_in_a_lane_of_its_own) {
  const Config config = pair("[lock dcs]\ntype = etcd\nendpoints = http://h:2379\n");
  for (const State to : {State::backup, State::fault, State::stop, State::deleted}) {
    const auto lanes = make_plan(config, State::master, to).lanes;
    BOOST_REQUIRE_EQUAL(lanes.size(), 3U);
    BOOST_TEST(words(lanes[2]) == "lock dcs: release-lock");
  }
  BOOST_TEST(make_plan(pair(""), State::master, State::stop).lanes.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
