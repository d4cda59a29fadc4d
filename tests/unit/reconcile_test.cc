// What watch takes up of what it sees, and what it leaves to keepalived and the operator.
#include "notify/reconcile.h"

#include <boost/test/unit_test.hpp>

using namespace ha;

namespace {

RoleGathered standby(State newest) {
  RoleGathered role;
  role.view.vip_set = true;
  role.view.newest = newest;
  return role;
}

RoleGathered master() {
  RoleGathered role = standby(State::master);
  role.view.vip_here = true;
  return role;
}

std::vector<JudgedOutlook> one(Act act) {
  JudgedOutlook judged;
  judged.outlook.resource = "mysql main";
  judged.judgement.cell.act = act;
  judged.judgement.cell.why = "of the cell";
  return {judged};
}

bool takes_up(const RoleGathered& role, Act act, Occasion::Kind kind, LongSeen seen = {}) {
  const auto occasion = next_occasion(role, one(act), seen);
  return occasion && occasion->kind == kind &&
         occasion->why.find("of the cell") != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(reconcile)

BOOST_AUTO_TEST_CASE(a_standby_follows_after_backup_and_fault_and_after_what_was_lost) {
  using Kind = Occasion::Kind;
  BOOST_TEST(takes_up(standby(State::backup), Act::follow, Kind::follow));
  BOOST_TEST(takes_up(standby(State::fault), Act::follow, Kind::follow));
  BOOST_TEST(takes_up(standby(State::master), Act::follow, Kind::follow));
  BOOST_TEST(takes_up(standby(State::none), Act::follow, Kind::follow, {.unheard = true}));
  BOOST_TEST(!next_occasion(standby(State::none), one(Act::follow), {}));
  BOOST_TEST(!next_occasion(standby(State::stop), one(Act::follow), {}));
  RoleGathered without_vip = standby(State::none);
  without_vip.view.vip_set = false;
  BOOST_TEST(!next_occasion(without_vip, one(Act::follow), {.unheard = true}));
}

BOOST_AUTO_TEST_CASE(a_replica_whose_full_sync_is_about_to_begin_follows_already) {
  std::vector<JudgedOutlook> all = one(Act::follow);
  all.front().outlook.sync_begun = true;
  BOOST_TEST(!next_occasion(standby(State::backup), all, {}));
  all.push_back(one(Act::follow).front());
  BOOST_TEST(next_occasion(standby(State::backup), all, {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_standby_that_takes_writes_is_demoted_whatever_was_said_last) {
  for (const State newest : {State::none, State::backup, State::fault, State::stop}) {
    BOOST_TEST(takes_up(standby(newest), Act::demote, Occasion::Kind::demote));
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_demoted_before_keepalived_has_ever_spoken) {
  RoleGathered role = standby(State::none);
  role.first_boot = true;
  BOOST_TEST(!next_occasion(role, one(Act::demote), {}));
  role.view.vip_set = false;
  BOOST_TEST(!next_occasion(role, one(Act::demote), {}));
}

BOOST_AUTO_TEST_CASE(a_master_is_promoted_again_only_when_nothing_is_refused_or_held) {
  using Kind = Occasion::Kind;
  BOOST_TEST(takes_up(master(), Act::promote_again, Kind::promote_again));
  for (const Phase phase : {Phase::refused, Phase::fenced, Phase::held}) {
    RoleGathered role = master();
    role.view.phase = phase;
    BOOST_TEST(!next_occasion(role, one(Act::promote_again), {}));
  }
}

BOOST_AUTO_TEST_CASE(a_master_fences_itself_only_when_it_is_isolated) {
  BOOST_TEST(takes_up(master(), Act::fence, Occasion::Kind::fence, {.isolated = true}));
  BOOST_TEST(!next_occasion(master(), one(Act::fence), {}));
  BOOST_TEST(!next_occasion(standby(State::backup), one(Act::fence), {.isolated = true}));
}

BOOST_AUTO_TEST_CASE(a_maintenance_and_a_switchover_leave_only_the_fence) {
  RoleGathered role = master();
  role.maintenance.emplace();
  BOOST_TEST(!next_occasion(role, one(Act::promote_again), {}));
  BOOST_TEST(takes_up(role, Act::fence, Occasion::Kind::fence, {.isolated = true}));
  role = standby(State::backup);
  role.view.handing_over = "moved on purpose";
  BOOST_TEST(!next_occasion(role, one(Act::follow), {}));
}

BOOST_AUTO_TEST_CASE(nothing_is_begun_beside_work_that_runs_or_died) {
  for (const Phase phase : {Phase::running, Phase::died}) {
    RoleGathered role = standby(State::backup);
    role.view.phase = phase;
    BOOST_TEST(!next_occasion(role, one(Act::demote), {}));
  }
  RoleGathered unknown = standby(State::backup);
  unknown.view.readable = false;
  BOOST_TEST(!next_occasion(unknown, one(Act::demote), {}));
}

// Cut off from everybody, with a server that may take writes and lets nobody in to stop it: it is
// ended. When it lets nobody in afterwards either, it is not ended again.
BOOST_AUTO_TEST_CASE(an_isolated_master_that_lets_nobody_in_is_fenced_once) {
  Outlook outlook;
  outlook.resource = "mysql main";
  outlook.situation.own.answer = Answer::refusing;
  outlook.situation.witness.configured = true;
  outlook.situation.witness.quorum = false;
  outlook.situation.peer.answer = PeerView::Answer::silent;
  const auto next = [&](const RoleGathered& role) {
    return next_occasion(role, judge_all(role, {outlook}), {.isolated = true});
  };
  const auto occasion = next(master());
  BOOST_REQUIRE(occasion);
  BOOST_TEST((occasion->kind == Occasion::Kind::fence));
  RoleGathered fenced = master();
  fenced.view.phase = Phase::fenced;
  BOOST_TEST(!next(fenced));
  // The fence could not be completed.
  fenced.state.serving = true;
  BOOST_TEST(next(fenced).has_value());
  outlook.situation.witness.quorum = true;
  BOOST_TEST(!next_occasion(master(), judge_all(master(), {outlook}), {}));
}

BOOST_AUTO_TEST_CASE(the_lock_is_kept_as_long_as_a_server_may_take_writes) {
  Outlook outlook;
  const auto idle = [&](Answer answer, bool writable) {
    outlook.situation.own.answer = answer;
    outlook.situation.own.writable = writable;
    return lock_is_idle(master(), judge_all(master(), {outlook}), 1);
  };
  BOOST_TEST(idle(Answer::up, false));
  BOOST_TEST(idle(Answer::down, false));
  BOOST_TEST(idle(Answer::loading, false));
  BOOST_TEST(!idle(Answer::up, true));
  BOOST_TEST(!idle(Answer::silent, false));
  BOOST_TEST(!idle(Answer::refusing, false));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
