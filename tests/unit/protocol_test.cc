// Each row of the decision table that is implemented, by its name.
#include "agent/protocol.h"

#include <boost/test/unit_test.hpp>

#include "agent/verdict.h"

namespace ha {
namespace {

const PromotePolicy kPolicy{Millis{30'000}, OnStale::refuse};

ServerView replica() {
  ServerView view;
  view.answer = Answer::up;
  view.applier = Applier::running;
  view.receiver = Receiver::running;
  view.lag = Millis{0};
  return view;
}

ServerView orphan() {
  ServerView view = replica();
  view.receiver = Receiver::connecting;
  view.lag.reset();
  view.last_lag = Millis{0};
  return view;
}

// Alone, without a record: what the own server says decides.
Eligibility may(const ServerView& own, const PromotePolicy& policy) {
  Situation situation;
  situation.own = own;
  return can_promote(situation, policy);
}

Finding finding(Level level, const std::string& name = "main") {
  return {"mysql", name, level, "seen", Millis{1}, {}};
}

RoleView role(State newest, Phase phase = Phase::idle) {
  RoleView view;
  view.newest = newest;
  view.phase = phase;
  return view;
}

ExitCode code(const RoleView& view, const std::vector<Finding>& findings,
              FailbackView failback = {}) {
  return verdict(view, failback, findings).code;
}

BOOST_AUTO_TEST_SUITE(protocol)

BOOST_AUTO_TEST_CASE(row_1_a_server_that_is_not_up_cannot_be_promoted) {
  for (const Answer answer : {Answer::down, Answer::silent, Answer::loading}) {
    ServerView view = replica();
    view.answer = answer;
    BOOST_TEST(!may(view, kPolicy).yes);
  }
  BOOST_TEST(may(replica(), kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(row_1_names_the_servers_trouble) {
  ServerView view;
  view.answer = Answer::down;
  view.trouble = "connection refused";
  BOOST_TEST(may(view, kPolicy).why == "the server is down: connection refused");
}

BOOST_AUTO_TEST_CASE(row_2_a_halted_applier_with_unapplied_transactions_is_no) {
  for (const Applier applier : {Applier::stopped, Applier::error}) {
    ServerView view = orphan();
    view.applier = applier;
    view.backlog = true;
    BOOST_TEST(!may(view, kPolicy).yes);
  }
}

BOOST_AUTO_TEST_CASE(row_2_a_halted_applier_that_has_applied_everything_is_yes) {
  ServerView view = orphan();
  view.applier = Applier::stopped;
  BOOST_TEST(may(view, kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(row_2_a_running_applier_with_a_backlog_is_yes_because_the_promotion_drains) {
  ServerView view = orphan();
  view.backlog = true;
  BOOST_TEST(may(view, kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(a_refused_drain_is_no_until_the_backlog_is_gone) {
  ServerView view = orphan();
  view.drain_refused = true;
  view.backlog = true;
  BOOST_TEST(!may(view, kPolicy).yes);
  view.backlog = false;
  BOOST_TEST(may(view, kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(a_refused_drain_is_forgotten_by_a_replica_that_follows_closely_again) {
  ServerView view = replica();
  view.drain_refused = true;
  view.backlog = true;
  BOOST_TEST(may(view, kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(row_3_a_running_io_thread_vouches_for_the_peer_up_to_max_lag) {
  ServerView view = replica();
  view.lag = Millis{30'000};
  BOOST_TEST(may(view, kPolicy).yes);
  view.lag = Millis{30'001};
  BOOST_TEST(!may(view, kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(on_stale_does_not_excuse_a_replica_whose_source_is_there) {
  ServerView view = replica();
  view.lag = Millis{30'001};
  BOOST_TEST(!may(view, {Millis{30'000}, OnStale::promote}).yes);
}

BOOST_AUTO_TEST_CASE(row_5_a_primary_that_is_gone_is_no_fault_of_its_replica) {
  BOOST_TEST(may(orphan(), kPolicy).yes);
  ServerView stopped = orphan();
  stopped.receiver = Receiver::stopped;
  BOOST_TEST(may(stopped, kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(
    row_5_one_that_was_behind_and_still_applies_is_no_unless_on_stale_lets_it_pass) {
  ServerView view = orphan();
  view.last_lag = Millis{30'001};
  view.backlog = true;
  BOOST_TEST(!may(view, kPolicy).yes);
  BOOST_TEST(may(view, {Millis{30'000}, OnStale::promote}).yes);
  view.last_lag = Millis{30'000};
  BOOST_TEST(may(view, kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(row_5_one_that_was_behind_and_has_applied_everything_since_is_yes) {
  ServerView view = orphan();
  view.last_lag = Millis{3'600'000};
  BOOST_TEST(may(view, kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(row_5_a_first_boot_without_a_source_and_without_a_record_is_yes) {
  ServerView view;
  view.answer = Answer::up;
  BOOST_TEST(may(view, kPolicy).yes);
}

BOOST_AUTO_TEST_CASE(the_role_is_master_only_with_the_newest_event_and_the_vip_where_one_is_set) {
  BOOST_TEST((role_of(role(State::master)) == Role::master));
  for (const State state :
       {State::none, State::backup, State::fault, State::stop, State::deleted}) {
    BOOST_TEST((role_of(role(state)) == Role::standby));
  }
  RoleView view = role(State::master);
  view.vip_set = true;
  BOOST_TEST((role_of(view) == Role::standby));
  view.vip_here = true;
  BOOST_TEST((role_of(view) == Role::master));
}

BOOST_AUTO_TEST_CASE(the_vip_tells_of_a_master_event_that_was_lost) {
  for (const State state : {State::backup, State::fault}) {
    RoleView view = role(state);
    view.vip_here = true;
    BOOST_TEST((role_of(view) == Role::standby));  // no vip is set: nobody looked for one
    view.vip_set = true;
    BOOST_TEST((role_of(view) == Role::master));
    view.vip_here = false;
    BOOST_TEST((role_of(view) == Role::standby));
  }
  for (const State state : {State::none, State::stop, State::deleted}) {
    RoleView view = role(state);
    view.vip_set = view.vip_here = true;
    BOOST_TEST((role_of(view) == Role::standby));
  }
}

BOOST_AUTO_TEST_CASE(no_resource_is_a_wrong_configuration) {
  BOOST_TEST((code(role(State::none), {}) == ExitCode::config));
}

BOOST_AUTO_TEST_CASE(ok_degraded_and_pending_count_as_ok) {
  for (const Level level : {Level::ok, Level::degraded, Level::pending}) {
    BOOST_TEST((code(role(State::master), {finding(level)}) == ExitCode::ok));
  }
}

BOOST_AUTO_TEST_CASE(one_no_is_a_no_even_beside_an_unknown) {
  BOOST_TEST((code(role(State::master), {finding(Level::ok), finding(Level::unknown)}) ==
              ExitCode::no_verdict));
  BOOST_TEST(
      (code(role(State::master), {finding(Level::unknown), finding(Level::no)}) == ExitCode::no));
}

BOOST_AUTO_TEST_CASE(a_journal_that_cannot_be_read_is_a_no_with_that_reason) {
  RoleView view = role(State::none);
  view.readable = false;
  view.why = "cannot open role.json: Permission denied";
  const Verdict answer = verdict(view, {}, {finding(Level::ok)});
  BOOST_TEST((answer.code == ExitCode::no));
  BOOST_TEST(answer.reason == "the role is not known: cannot open role.json: Permission denied");
}

BOOST_AUTO_TEST_CASE(a_held_failure_is_3_in_every_role_and_over_every_finding) {
  for (const State state : {State::none, State::master, State::backup}) {
    BOOST_TEST((code(role(state, Phase::held), {finding(Level::no)}) == ExitCode::held));
    BOOST_TEST((code(role(state, Phase::held), {finding(Level::ok)}) == ExitCode::held));
  }
}

BOOST_AUTO_TEST_CASE(a_refused_promotion_is_a_no_for_a_master_and_nothing_of_itself_for_a_standby) {
  BOOST_TEST((code(role(State::master, Phase::refused), {finding(Level::ok)}) == ExitCode::no));
  BOOST_TEST((code(role(State::backup, Phase::refused), {finding(Level::ok)}) == ExitCode::ok));
}

BOOST_AUTO_TEST_CASE(a_hook_that_died_midway_is_a_no_for_a_master) {
  BOOST_TEST((code(role(State::master, Phase::died), {finding(Level::ok)}) == ExitCode::no));
  BOOST_TEST((code(role(State::fault, Phase::died), {finding(Level::ok)}) == ExitCode::ok));
}

BOOST_AUTO_TEST_CASE(
    failback_keeps_a_standby_away_only_while_the_delay_lasts_and_the_peer_is_writable) {
  const std::vector<Finding> fine{finding(Level::ok)};
  BOOST_TEST((code(role(State::fault), fine, {Millis{1}, true}) == ExitCode::no));
  BOOST_TEST((code(role(State::fault), fine, {Millis{0}, true}) == ExitCode::ok));
  BOOST_TEST((code(role(State::fault), fine, {Millis{1}, false}) == ExitCode::ok));
  BOOST_TEST((code(role(State::master), fine, {Millis{1}, true}) == ExitCode::ok));
}

BOOST_AUTO_TEST_CASE(the_reason_names_every_resource_that_says_no) {
  const Verdict answer =
      verdict(role(State::master), {},
              {finding(Level::no, "a"), finding(Level::ok), finding(Level::no, "b")});
  BOOST_TEST(answer.reason == "mysql a: seen; mysql b: seen");
}

BOOST_AUTO_TEST_CASE(what_is_degraded_is_said_in_the_reason_of_a_yes) {
  const Verdict answer = verdict(role(State::master), {}, {finding(Level::degraded)});
  BOOST_TEST(answer.reason == "every resource serves; degraded: mysql main: seen");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
