// The check's table, a MASTER's rows: one test a cell, named after its row and column.
#include <boost/test/unit_test.hpp>

#include "tests/unit/protocol_cells.h"

namespace ha {
namespace {
using namespace cells;

struct Is {
  Row row;
  Column column;
  Level level;
  Act act = Act::none;
  Note note = Note::none;
};

void check(bool promoting, const Situation& situation, const Is& is) {
  const Judgement judgement = judge(Role::master, promoting, situation, kPolicy);
  BOOST_TEST((judgement.row == is.row), "the row");
  BOOST_TEST((judgement.column == is.column), "the column");
  BOOST_TEST_CONTEXT(judgement.cell.why) {
    BOOST_TEST((judgement.cell.level == is.level), "the level");
  }
  BOOST_TEST((judgement.cell.act == is.act), "the act");
  BOOST_TEST((judgement.cell.note == is.note), "the note");
}
void check_serving(const Situation& situation, Column column, Level level, Act act, Note note) {
  check(false, situation, {Row::master_writable, column, level, act, note});
}
void check_promoting(const Situation& situation, Column column, Level level) {
  check(true, situation, {Row::promotion_running, column, level});
}
void check_read_only(const Situation& situation, Column column, Act act = Act::none) {
  check(false, situation, {Row::master_read_only, column, Level::no, act});
}
Situation restarted(Situation situation) {
  situation.record.promoted = kEarlier;
  situation.record.server = kEarlier;
  return situation;
}

BOOST_AUTO_TEST_SUITE(protocol_table)

// --- MASTER, writable

BOOST_AUTO_TEST_CASE(master_writable_x_peer_behind_is_0_and_serves) {
  check_serving(behind(primary()), Column::peer_behind, Level::ok, Act::none, Note::serving);
}
BOOST_AUTO_TEST_CASE(master_writable_x_peer_not_asked_is_0_and_serves) {
  Situation seen = behind(primary());
  seen.peer.answer = PeerView::Answer::vouched;
  check_serving(seen, Column::peer_behind, Level::ok, Act::none, Note::serving);
}
BOOST_AUTO_TEST_CASE(master_writable_x_peer_ahead_is_0_with_an_alert) {
  check_serving(ahead(primary()), Column::peer_ahead, Level::degraded, Act::none, Note::serving);
}
BOOST_AUTO_TEST_CASE(master_writable_x_peer_diverged_is_0_with_an_alert) {
  check_serving(diverged(primary()), Column::peer_diverged, Level::degraded, Act::none,
                Note::serving);
}
BOOST_AUTO_TEST_CASE(master_writable_x_peer_writable_is_0_with_an_alert) {
  check_serving(writable(primary()), Column::peer_writable, Level::degraded, Act::none,
                Note::serving);
}
BOOST_AUTO_TEST_CASE(master_writable_x_silent_is_0_and_serves) {
  check_serving(silent(primary()), Column::silent, Level::ok, Act::none, Note::serving);
}
BOOST_AUTO_TEST_CASE(master_writable_x_refusing_is_0_with_an_alert) {
  check_serving(refusing(primary()), Column::peer_refusing, Level::degraded, Act::none,
                Note::serving);
}
BOOST_AUTO_TEST_CASE(master_writable_x_isolated_is_1_and_fences) {
  check_serving(isolated(primary()), Column::isolated, Level::no, Act::fence, Note::none);
}
BOOST_AUTO_TEST_CASE(master_writable_without_witnesses_is_never_isolated) {
  Situation alone = isolated(primary());
  alone.witness.configured = false;
  check_serving(alone, Column::silent, Level::ok, Act::none, Note::serving);
}

// --- MASTER, promotion running

BOOST_AUTO_TEST_CASE(promotion_running_x_peer_behind_is_0_pending) {
  check_promoting(behind(orphan()), Column::peer_behind, Level::pending);
}
BOOST_AUTO_TEST_CASE(promotion_running_x_peer_ahead_is_1) {
  check_promoting(ahead(orphan()), Column::peer_ahead, Level::no);
}
BOOST_AUTO_TEST_CASE(promotion_running_x_peer_ahead_is_1_for_a_sole_holder_too) {
  check_promoting(sole_holder(ahead(orphan())), Column::peer_ahead, Level::no);
}
BOOST_AUTO_TEST_CASE(promotion_running_x_peer_diverged_is_1) {
  check_promoting(diverged(orphan()), Column::peer_diverged, Level::no);
}
BOOST_AUTO_TEST_CASE(promotion_running_x_peer_diverged_is_0_pending_for_the_sole_holder) {
  check_promoting(sole_holder(diverged(orphan())), Column::peer_diverged, Level::pending);
}
BOOST_AUTO_TEST_CASE(promotion_running_x_peer_writable_is_0_pending_because_it_is_fenced) {
  check_promoting(writable(orphan()), Column::peer_writable, Level::pending);
}
BOOST_AUTO_TEST_CASE(promotion_running_x_silent_is_0_pending_while_it_can_be_promoted) {
  check_promoting(silent(orphan()), Column::silent, Level::pending);
}
BOOST_AUTO_TEST_CASE(promotion_running_x_silent_is_1_when_it_cannot) {
  check_promoting(with_record(silent(orphan()), Freshness::stale), Column::silent, Level::no);
}
BOOST_AUTO_TEST_CASE(promotion_running_x_refusing_is_0_pending_because_it_is_waited_for) {
  check_promoting(refusing(orphan()), Column::peer_refusing, Level::pending);
}
BOOST_AUTO_TEST_CASE(promotion_running_x_isolated_is_1) {
  check_promoting(isolated(orphan()), Column::isolated, Level::no);
}

// --- MASTER, read-only, none running

BOOST_AUTO_TEST_CASE(master_read_only_x_peer_behind_is_1) {
  check_read_only(behind(at_rest()), Column::peer_behind);
}
BOOST_AUTO_TEST_CASE(master_read_only_x_peer_behind_promotes_again_after_a_restart) {
  check_read_only(restarted(behind(at_rest())), Column::peer_behind, Act::promote_again);
}
BOOST_AUTO_TEST_CASE(master_read_only_x_peer_ahead_is_1_and_stays) {
  check_read_only(restarted(ahead(at_rest())), Column::peer_ahead);
}
BOOST_AUTO_TEST_CASE(master_read_only_x_peer_diverged_is_1_and_stays) {
  check_read_only(sole_holder(restarted(diverged(at_rest()))), Column::peer_diverged);
}
BOOST_AUTO_TEST_CASE(master_read_only_x_peer_writable_is_1_and_stays) {
  check_read_only(restarted(writable(at_rest(), Holds::same_or_less)), Column::peer_writable);
}
BOOST_AUTO_TEST_CASE(master_read_only_x_silent_is_1) {
  check_read_only(sole_holder(silent(at_rest())), Column::silent);
}
BOOST_AUTO_TEST_CASE(master_read_only_x_silent_promotes_the_sole_holder_again_after_a_restart) {
  check_read_only(sole_holder(restarted(silent(at_rest()))), Column::silent, Act::promote_again);
}
BOOST_AUTO_TEST_CASE(master_read_only_x_silent_stays_when_it_cannot_be_promoted) {
  check_read_only(with_record(restarted(silent(at_rest())), Freshness::voided), Column::silent);
}
BOOST_AUTO_TEST_CASE(master_read_only_x_isolated_is_1_and_stays) {
  check_read_only(sole_holder(restarted(isolated(at_rest()))), Column::isolated);
}
BOOST_AUTO_TEST_CASE(master_read_only_never_promoted_here_is_not_promoted_again) {
  Situation never = restarted(behind(at_rest()));
  never.record.promoted = {};
  check_read_only(never, Column::peer_behind);
}

// --- over everything

BOOST_AUTO_TEST_CASE(a_masters_server_that_is_down_is_1_in_every_column_also_while_promoting) {
  for (const bool promoting : {false, true}) {
    for (Situation seen : {behind(at_rest()), ahead(at_rest()), writable(at_rest()),
                           silent(at_rest()), isolated(at_rest())}) {
      seen.own.answer = Answer::down;
      const Cell cell = judge(Role::master, promoting, seen, kPolicy).cell;
      BOOST_TEST((cell.level == Level::no));
      BOOST_TEST((cell.act == Act::none));
      BOOST_TEST((cell.note == Note::none));
    }
  }
}
BOOST_AUTO_TEST_CASE(a_masters_server_that_is_silent_is_2) {
  Situation seen = behind(primary());
  seen.own.answer = Answer::silent;
  BOOST_TEST((judge(Role::master, true, seen, kPolicy).cell.level == Level::unknown));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
