// The check's table, a STANDBY's rows and the first boot: one test a cell, named after its row and
// column. "-" in the table: a link that runs is answer enough, whatever the peer says.
#include <boost/test/unit_test.hpp>

#include "tests/unit/protocol_cells.h"

namespace ha {
namespace {
using namespace cells;

void check(const Situation& situation, Row row, Column column, Level level, Act act, Note note) {
  const Judgement judgement = judge(Role::standby, false, situation, kPolicy);
  BOOST_TEST((judgement.row == row), "the row");
  BOOST_TEST((judgement.column == column), "the column");
  BOOST_TEST_CONTEXT(judgement.cell.why) {
    BOOST_TEST((judgement.cell.level == level), "the level");
  }
  BOOST_TEST((judgement.cell.act == act), "the act");
  BOOST_TEST((judgement.cell.note == note), "the note");
}
void check_following(const Situation& situation, Column column, Level level) {
  check(situation, Row::standby_following, column, level, Act::none, Note::following);
}
void check_orphan(const Situation& situation, Column column, Level level, Act act = Act::none,
                  Note note = Note::none) {
  check(situation, Row::standby_not_following, column, level, act, note);
}
void check_writable(const Situation& situation, Column column, Level level, Note note) {
  check(situation, Row::standby_writable, column, level, Act::demote, note);
}
void check_first_boot(const Situation& situation, Column column, Level level,
                      Note note = Note::none) {
  check(first_boot(situation), Row::first_boot, column, level, Act::none, note);
}

BOOST_AUTO_TEST_SUITE(protocol_table)

// --- STANDBY, following

BOOST_AUTO_TEST_CASE(standby_following_x_peer_behind_is_0_and_records) {
  check_following(behind(replica()), Column::peer_behind, Level::ok);
}
BOOST_AUTO_TEST_CASE(standby_following_x_peer_not_asked_is_0_and_records) {
  Situation seen = behind(replica());
  seen.peer.answer = PeerView::Answer::vouched;
  check_following(seen, Column::peer_behind, Level::ok);
}
BOOST_AUTO_TEST_CASE(standby_following_x_peer_writable_is_0_and_records) {
  check_following(writable(replica(), Holds::same_or_less), Column::peer_writable, Level::ok);
}
// What a busy primary wrote while it was asked.
BOOST_AUTO_TEST_CASE(standby_following_x_peer_writable_and_a_moment_ahead_is_0_and_records) {
  check_following(writable(replica(), Holds::ahead), Column::peer_writable, Level::ok);
}
// The same, with transactions of its own: whether the look had to ask must not make the answer.
BOOST_AUTO_TEST_CASE(standby_following_x_peer_writable_and_diverged_is_0_and_records) {
  check_following(writable(replica(), Holds::diverged), Column::peer_writable, Level::ok);
}
BOOST_AUTO_TEST_CASE(standby_following_x_peer_ahead_read_only_cannot_be_promoted_yet) {
  check_following(ahead(replica()), Column::peer_ahead, Level::no);
}
BOOST_AUTO_TEST_CASE(standby_following_x_peer_diverged_is_1) {
  check_following(diverged(replica()), Column::peer_diverged, Level::no);
}
BOOST_AUTO_TEST_CASE(standby_following_x_silent_is_0_because_the_link_runs) {
  check_following(silent(replica()), Column::silent, Level::ok);
}
BOOST_AUTO_TEST_CASE(standby_following_x_isolated_is_0_until_the_link_is_seen_to_be_gone) {
  check_following(isolated(replica()), Column::isolated, Level::ok);
}
BOOST_AUTO_TEST_CASE(standby_following_x_refusing_is_0_with_an_alert) {
  check_following(refusing(replica()), Column::peer_refusing, Level::degraded);
}
BOOST_AUTO_TEST_CASE(standby_following_beyond_max_lag_is_1) {
  Situation seen = behind(replica());
  seen.peer.answer = PeerView::Answer::vouched;
  seen.own.lag = kPolicy.max_lag;
  check_following(seen, Column::peer_behind, Level::ok);
  *seen.own.lag += Millis{1};
  check_following(seen, Column::peer_behind, Level::no);
}
BOOST_AUTO_TEST_CASE(standby_following_beyond_max_lag_is_1_also_when_the_peer_was_asked) {
  Situation seen = behind(replica());
  seen.own.lag = kPolicy.max_lag + Millis{1};
  check_following(seen, Column::peer_behind, Level::no);
  // At a promotion all is here, and drain_timeout bounds how long it takes to be applied.
  BOOST_TEST(can_promote(seen, kPolicy).yes);
  PromotePolicy forced = kPolicy;
  forced.forced = true;
  BOOST_TEST(
      (cell_of(Row::standby_following, Column::peer_behind, seen, forced).level == Level::ok));
}

// --- STANDBY, not following

BOOST_AUTO_TEST_CASE(standby_not_following_x_peer_behind_is_0) {
  check_orphan(behind(orphan()), Column::peer_behind, Level::ok);
}
BOOST_AUTO_TEST_CASE(standby_not_following_x_peer_ahead_is_1_for_the_sole_holder_too) {
  check_orphan(ahead(orphan()), Column::peer_ahead, Level::no);
  check_orphan(sole_holder(ahead(orphan())), Column::peer_ahead, Level::no);
}
BOOST_AUTO_TEST_CASE(standby_not_following_x_peer_diverged_is_1) {
  check_orphan(diverged(orphan()), Column::peer_diverged, Level::no);
}
BOOST_AUTO_TEST_CASE(standby_not_following_x_peer_diverged_is_0_for_the_sole_holder) {
  check_orphan(sole_holder(diverged(orphan())), Column::peer_diverged, Level::ok);
}
BOOST_AUTO_TEST_CASE(standby_not_following_x_peer_writable_is_1_void_and_follows) {
  for (const Holds holds : {Holds::same_or_less, Holds::ahead, Holds::diverged}) {
    check_orphan(writable(orphan(), holds), Column::peer_writable, Level::no, Act::follow,
                 Note::void_);
  }
}
BOOST_AUTO_TEST_CASE(standby_not_following_x_silent_is_what_can_promote_says) {
  check_orphan(silent(orphan()), Column::silent, Level::ok);
  check_orphan(with_record(silent(orphan()), Freshness::stale), Column::silent, Level::no);
  check_orphan(with_record(silent(orphan()), Freshness::voided), Column::silent, Level::no);
  check_orphan(sole_holder(silent(orphan())), Column::silent, Level::ok);
}
BOOST_AUTO_TEST_CASE(standby_not_following_x_refusing_is_1_whatever_the_record_says) {
  check_orphan(refusing(orphan()), Column::peer_refusing, Level::no);
  check_orphan(sole_holder(refusing(orphan())), Column::peer_refusing, Level::no);
}
BOOST_AUTO_TEST_CASE(a_peer_that_lets_nobody_in_is_passed_by_nobody_but_an_operator) {
  PromotePolicy policy = kPolicy;
  policy.on_stale = OnStale::promote;
  const Eligibility refused = can_promote(refusing(replica()), policy);
  BOOST_TEST(!refused.yes);
  BOOST_TEST((refused.cause == Cause::refusing));
  BOOST_TEST(refused.why ==
             "the peer db2:3306 answers and lets nobody in, so it may take writes: Too many "
             "connections");
  policy.forced = true;
  BOOST_TEST(can_promote(refusing(replica()), policy).yes);
}
BOOST_AUTO_TEST_CASE(standby_not_following_x_isolated_is_1_and_void) {
  check_orphan(isolated(orphan()), Column::isolated, Level::no, Act::none, Note::void_);
  check_orphan(sole_holder(isolated(orphan())), Column::isolated, Level::no, Act::none,
               Note::void_);
}

// --- STANDBY, writable: as above, and demoted at once; what it acknowledges until then is its own

BOOST_AUTO_TEST_CASE(standby_writable_x_peer_behind_is_0_and_demotes) {
  check_writable(behind(primary()), Column::peer_behind, Level::ok, Note::serving);
}
BOOST_AUTO_TEST_CASE(standby_writable_x_peer_ahead_is_1_and_demotes) {
  check_writable(ahead(primary()), Column::peer_ahead, Level::no, Note::serving);
}
BOOST_AUTO_TEST_CASE(standby_writable_x_peer_diverged_is_1_and_demotes) {
  check_writable(diverged(primary()), Column::peer_diverged, Level::no, Note::serving);
}
BOOST_AUTO_TEST_CASE(standby_writable_x_peer_writable_is_1_demotes_and_keeps_what_it_holds_alone) {
  check_writable(writable(primary()), Column::peer_writable, Level::no, Note::serving);
}
BOOST_AUTO_TEST_CASE(standby_writable_x_silent_is_what_can_promote_says_and_demotes) {
  check_writable(silent(primary()), Column::silent, Level::ok, Note::serving);
  check_writable(with_record(silent(primary()), Freshness::voided), Column::silent, Level::no,
                 Note::serving);
}
BOOST_AUTO_TEST_CASE(standby_writable_x_isolated_is_1_void_and_demotes) {
  check_writable(isolated(primary()), Column::isolated, Level::no, Note::void_);
}
BOOST_AUTO_TEST_CASE(standby_writable_that_follows_somebody_records_that_and_demotes) {
  Situation seen = behind(replica());
  seen.own.writable = true;
  check_writable(seen, Column::peer_behind, Level::ok, Note::following);
}

// --- first boot: no event, no record

BOOST_AUTO_TEST_CASE(first_boot_x_peer_behind_is_0) {
  check_first_boot(behind(at_rest()), Column::peer_behind, Level::ok);
}
BOOST_AUTO_TEST_CASE(first_boot_x_peer_ahead_is_1) {
  check_first_boot(ahead(at_rest()), Column::peer_ahead, Level::no);
}
BOOST_AUTO_TEST_CASE(first_boot_x_peer_diverged_is_1) {
  check_first_boot(diverged(at_rest()), Column::peer_diverged, Level::no);
}
BOOST_AUTO_TEST_CASE(first_boot_x_peer_writable_is_1_and_void) {
  check_first_boot(writable(at_rest(), Holds::same_or_less), Column::peer_writable, Level::no,
                   Note::void_);
}
BOOST_AUTO_TEST_CASE(first_boot_x_silent_is_0) {
  check_first_boot(silent(at_rest()), Column::silent, Level::ok);
}
BOOST_AUTO_TEST_CASE(first_boot_x_refusing_is_1) {
  check_first_boot(refusing(at_rest()), Column::peer_refusing, Level::no);
}
BOOST_AUTO_TEST_CASE(first_boot_x_isolated_is_1) {
  check_first_boot(isolated(at_rest()), Column::isolated, Level::no);
}
BOOST_AUTO_TEST_CASE(first_boot_with_a_link_that_runs_is_a_standby_that_follows) {
  check_following(first_boot(behind(replica())), Column::peer_behind, Level::ok);
}

// --- over everything

BOOST_AUTO_TEST_CASE(an_applier_in_error_is_1_in_every_column) {
  for (Situation seen : {behind(orphan()), diverged(orphan()), silent(orphan()), isolated(orphan()),
                         behind(replica()), silent(replica())}) {
    seen.own.applier = Applier::error;
    const Cell cell = judge(Role::standby, false, sole_holder(seen), kPolicy).cell;
    BOOST_TEST((cell.level == Level::no));
  }
}
BOOST_AUTO_TEST_CASE(a_standbys_server_that_is_down_is_1_and_void_in_every_column) {
  for (Situation seen : {behind(orphan()), writable(orphan()), silent(orphan()), isolated(orphan()),
                         behind(replica()), silent(primary())}) {
    for (const Answer answer : {Answer::down, Answer::loading, Answer::silent}) {
      seen.own.answer = answer;
      const Cell cell = judge(Role::standby, false, seen, kPolicy).cell;
      BOOST_TEST((cell.level == (answer == Answer::silent ? Level::unknown : Level::no)));
      BOOST_TEST((cell.note == Note::void_));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
