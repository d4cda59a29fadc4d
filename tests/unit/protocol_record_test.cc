// The record: what makes it fresh and void, who is sole holder, and what a restart changes. And
// can_promote()'s rows as far as they rest on it, and rule 2.
#include <boost/test/unit_test.hpp>

#include "tests/unit/protocol_cells.h"

namespace ha {
namespace {
using namespace cells;

Record fresh_record() {
  Record record;
  record.freshness = Freshness::fresh;
  record.server = kNow;
  return record;
}
Situation following(Protection protection) {
  Situation seen = behind(replica());
  seen.seen.following = protection;
  return seen;
}
Situation serving(Protection protection, Situation seen = behind(primary())) {
  seen.seen.serving = protection;
  return seen;
}
Record after(Record record, Note note, const Situation& seen) {
  return next_record(std::move(record), note, seen);
}
bool may(const Situation& seen, OnStale on_stale = OnStale::refuse) {
  return can_promote(seen, {kPolicy.max_lag, on_stale}).yes;
}

BOOST_AUTO_TEST_SUITE(protocol_record)

// --- fresh

BOOST_AUTO_TEST_CASE(following_a_source_that_waits_for_us_is_fresh) {
  BOOST_TEST((after({}, Note::following, following(Protection::protected_)).freshness ==
              Freshness::fresh));
}
BOOST_AUTO_TEST_CASE(following_a_source_that_does_not_wait_is_stale) {
  BOOST_TEST(
      (after(fresh_record(), Note::following, following(Protection::unprotected)).freshness ==
       Freshness::stale));
}
BOOST_AUTO_TEST_CASE(not_knowing_whether_it_waits_keeps_fresh_and_makes_nothing_fresh) {
  const Situation seen = following(Protection::unknown);
  BOOST_TEST((after(fresh_record(), Note::following, seen).freshness == Freshness::fresh));
  Record was_void = fresh_record();
  was_void.freshness = Freshness::voided;
  BOOST_TEST((after(was_void, Note::following, seen).freshness == Freshness::stale));
  BOOST_TEST((after({}, Note::following, seen).freshness == Freshness::none));
}
BOOST_AUTO_TEST_CASE(a_look_that_notes_nothing_changes_nothing_of_it) {
  BOOST_TEST((after(fresh_record(), Note::none, behind(orphan())).freshness == Freshness::fresh));
  BOOST_TEST((after({}, Note::none, behind(orphan())).freshness == Freshness::none));
}

// --- void

BOOST_AUTO_TEST_CASE(a_restart_makes_it_void_and_a_reload_of_the_same_process_does_not) {
  for (const Freshness said : {Freshness::fresh, Freshness::stale}) {
    Record record = fresh_record();
    record.freshness = said;
    BOOST_TEST((effective(record, kNow).freshness == said));
    record.server = kEarlier;
    BOOST_TEST((effective(record, kNow).freshness == Freshness::voided));
  }
}
BOOST_AUTO_TEST_CASE(a_restart_leaves_no_record_and_the_sole_holder_alone) {
  Record record;
  record.server = kEarlier;
  BOOST_TEST((effective(record, kNow).freshness == Freshness::none));
  record.sole_holder = true;
  BOOST_TEST(effective(record, kNow).sole_holder);
}
BOOST_AUTO_TEST_CASE(a_server_whose_identity_is_not_known_is_not_taken_for_a_restart) {
  BOOST_TEST((effective(fresh_record(), {}).freshness == Freshness::fresh));
}
BOOST_AUTO_TEST_CASE(uptimes_less_than_two_seconds_apart_are_one_process) {
  const ServerIdentity a{{}, 100'000};
  BOOST_TEST(same_server(a, {{}, 101'999}));
  BOOST_TEST(!same_server(a, {{}, 102'000}));
  BOOST_TEST(!same_server(a, {{}, 98'000}));
}
BOOST_AUTO_TEST_CASE(a_server_that_did_not_answer_makes_it_void) {
  Situation seen;
  seen.own.answer = Answer::silent;
  const Record record = after(fresh_record(), Note::void_, seen);
  BOOST_TEST((record.freshness == Freshness::voided));
  BOOST_TEST(record.why == "the server did not answer since it followed");
}
BOOST_AUTO_TEST_CASE(a_server_that_did_not_answer_leaves_a_first_boot_without_a_record) {
  Situation seen;
  seen.own.answer = Answer::down;
  BOOST_TEST((after({}, Note::void_, seen).freshness == Freshness::none));
}
BOOST_AUTO_TEST_CASE(an_isolated_replica_is_void_and_stays_sole_holder_if_it_was) {
  Record record = fresh_record();
  record.sole_holder = true;
  record = after(record, Note::void_, isolated(orphan()));
  BOOST_TEST((record.freshness == Freshness::voided));
  BOOST_TEST(record.why == "this node was isolated since it followed");
  BOOST_TEST(record.sole_holder);
}
BOOST_AUTO_TEST_CASE(a_peer_seen_writable_and_not_followed_makes_it_void_and_ends_sole_holding) {
  Record record = fresh_record();
  record.sole_holder = true;
  record = after(record, Note::void_, writable(orphan()));
  BOOST_TEST((record.freshness == Freshness::voided));
  BOOST_TEST(!record.sole_holder);
  BOOST_TEST((after({}, Note::void_, writable(at_rest())).freshness == Freshness::voided));
}
BOOST_AUTO_TEST_CASE(a_primary_is_no_fresh_replica) {
  BOOST_TEST((after(fresh_record(), Note::serving, serving(Protection::protected_)).freshness ==
              Freshness::voided));
}

// --- sole holder

BOOST_AUTO_TEST_CASE(acknowledging_unprotected_makes_a_sole_holder_until_protected_again) {
  Record record = after({}, Note::serving, serving(Protection::unprotected));
  BOOST_TEST(record.sole_holder);
  record = after(record, Note::serving, serving(Protection::unknown));
  BOOST_TEST(record.sole_holder);
  record = after(record, Note::serving, serving(Protection::protected_));
  BOOST_TEST(!record.sole_holder);
}
BOOST_AUTO_TEST_CASE(a_diverged_peer_is_not_the_replica_that_semi_sync_counts) {
  for (const Situation& apart : {diverged(primary()), ahead(primary())}) {
    BOOST_TEST(after({}, Note::serving, serving(Protection::protected_, apart)).sole_holder);
  }
}
BOOST_AUTO_TEST_CASE(following_ends_sole_holding) {
  Record record = fresh_record();
  record.sole_holder = true;
  BOOST_TEST(!after(record, Note::following, following(Protection::unprotected)).sole_holder);
}

// --- semi-sync is remembered over a restart that forgets it

BOOST_AUTO_TEST_CASE(semi_sync_in_use_is_remembered_over_a_restart_and_dropped_by_decision) {
  Situation seen = behind(primary());
  seen.seen.semi_sync = true;
  Record record = after({}, Note::serving, seen);
  BOOST_TEST(record.semi_sync);
  seen.seen.semi_sync = false;
  BOOST_TEST(!after(record, Note::serving, seen).semi_sync);  // switched off in the same process
  seen.seen.server = {"later", 0};
  BOOST_TEST(after(record, Note::serving, seen).semi_sync);
  seen.seen.server = {};
  BOOST_TEST(after(record, Note::serving, seen).semi_sync);
}
BOOST_AUTO_TEST_CASE(a_look_without_an_answer_keeps_the_servers_identity_and_coordinates) {
  Record record = fresh_record();
  record.coordinates = "0-1-7";
  Situation seen;
  record = after(record, Note::void_, seen);
  BOOST_TEST((record.server == kNow));
  BOOST_TEST(record.coordinates == "0-1-7");
}

// --- can_promote(), rows 3 to 5

BOOST_AUTO_TEST_CASE(row_3_a_peer_that_answers_decides_without_freshness_and_witnesses) {
  Situation seen = with_record(behind(orphan()), Freshness::voided);
  seen.witness.quorum = false;
  BOOST_TEST(may(seen));
  BOOST_TEST(!may(ahead(orphan())));
  BOOST_TEST(!may(ahead(orphan()), OnStale::promote));
  BOOST_TEST(!may(diverged(orphan())));
  BOOST_TEST(!may(situation(orphan(), peer_up(Holds::unknown))));
}
BOOST_AUTO_TEST_CASE(row_3_the_sole_holder_passes_a_diverged_peer_unless_that_one_is_writable) {
  BOOST_TEST(may(sole_holder(diverged(orphan()))));
  BOOST_TEST(!may(sole_holder(ahead(orphan()))));
  BOOST_TEST(!may(sole_holder(writable(orphan(), Holds::diverged))));
}
BOOST_AUTO_TEST_CASE(
    row_3_a_peer_whose_node_cannot_serve_is_passed_unless_it_is_writable_or_unknown) {
  const auto left_behind = [](Situation seen) {
    seen.peer.left_behind = true;
    return seen;
  };
  BOOST_TEST(may(left_behind(diverged(orphan()))));
  BOOST_TEST(may(left_behind(ahead(orphan()))));
  BOOST_TEST(!may(left_behind(writable(orphan(), Holds::ahead))));
  BOOST_TEST(!may(left_behind(writable(orphan(), Holds::diverged))));
  BOOST_TEST(!may(left_behind(situation(orphan(), peer_up(Holds::unknown)))));
}
BOOST_AUTO_TEST_CASE(row_4_without_a_quorum_nobody_passes_a_silent_peer) {
  BOOST_TEST(!may(isolated(orphan())));
  BOOST_TEST(!may(sole_holder(isolated(orphan()))));
  BOOST_TEST(!may(isolated(orphan()), OnStale::promote));
  Situation no_witness = isolated(orphan());
  no_witness.witness.configured = false;
  BOOST_TEST(may(no_witness));
}
BOOST_AUTO_TEST_CASE(row_4_holds_although_the_receiver_has_not_noticed_that_its_source_is_gone) {
  BOOST_TEST(!may(isolated(replica())));
  BOOST_TEST(!may(with_record(silent(replica()), Freshness::stale)));
}
BOOST_AUTO_TEST_CASE(row_5_fresh_sole_holder_and_no_record_may_be_promoted) {
  BOOST_TEST(may(silent(orphan())));
  BOOST_TEST(may(sole_holder(silent(orphan()))));
  BOOST_TEST(may(with_record(silent(orphan()), Freshness::none)));
}
BOOST_AUTO_TEST_CASE(row_5_void_and_stale_need_on_stale_promote) {
  for (const Freshness freshness : {Freshness::stale, Freshness::voided}) {
    BOOST_TEST(!may(with_record(silent(orphan()), freshness)));
    BOOST_TEST(may(with_record(silent(orphan()), freshness), OnStale::promote));
  }
}
BOOST_AUTO_TEST_CASE(rows_1_and_2_come_before_everything) {
  Situation seen = sole_holder(behind(orphan()));
  seen.own.applier = Applier::stopped;
  BOOST_TEST(may(seen));
  seen.own.backlog = true;
  BOOST_TEST(!may(seen));
  seen.own.answer = Answer::down;
  BOOST_TEST((can_promote(seen, kPolicy).cause == Cause::server));
}

// --- rule 2

BOOST_AUTO_TEST_CASE(the_wait_covers_the_self_fence_and_the_way_to_fault) {
  AgentConfig config;
  config.isolation_timeout = Millis{5'000};
  config.check_reaction = Millis{3'000};
  WitnessView witness;
  witness.configured = true;
  PeerView silent_peer;
  silent_peer.answer = PeerView::Answer::silent;
  BOOST_TEST(wait_before_promotion(witness, silent_peer, config).count() == 8'500);
  BOOST_TEST(wait_before_promotion(witness, {}, config).count() == 8'500);
}
BOOST_AUTO_TEST_CASE(nothing_is_waited_for_without_witnesses_or_with_a_peer_that_answers) {
  AgentConfig config;
  config.isolation_timeout = Millis{5'000};
  WitnessView witness;
  PeerView silent_peer;
  silent_peer.answer = PeerView::Answer::silent;
  BOOST_TEST(wait_before_promotion(witness, silent_peer, config).count() == 0);
  witness.configured = true;
  BOOST_TEST(wait_before_promotion(witness, peer_up(Holds::ahead), config).count() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
