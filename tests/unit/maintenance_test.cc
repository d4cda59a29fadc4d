// The record of a maintenance, of a switchover, and what they make of a check's verdict.
#include "agent/maintenance.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "agent/handover.h"
#include "agent/verdict.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

RoleView master() {
  RoleView view;
  view.newest = State::master;
  return view;
}

const Verdict kNo{ExitCode::no, "mysql main: read-only"};

BOOST_AUTO_TEST_SUITE(maintenance)

BOOST_AUTO_TEST_CASE(what_was_written_is_read_and_what_is_missing_is_none) {
  const test::TempDir temp;
  const StateDir dir{temp.path()};
  BOOST_TEST(!read_maintenance(dir).value().has_value());
  Maintenance maintenance;
  maintenance.since_ms = 1'000;
  maintenance.until_ms = 61'000;
  maintenance.reason = "new disks";
  maintenance.by = "ana";
  maintenance.verdict = ExitCode::ok;
  maintenance.told_ms = 2'000;
  BOOST_REQUIRE(write_maintenance(dir, maintenance).has_value());
  const auto read = read_maintenance(dir);
  BOOST_REQUIRE(read.has_value());
  BOOST_REQUIRE(read->has_value());
  BOOST_TEST((*read)->reason == "new disks");
  BOOST_TEST((*read)->by == "ana");
  BOOST_TEST((*read)->until_ms.value() == 61'000);
  BOOST_TEST(static_cast<int>((*read)->verdict) == 0);
  BOOST_TEST((*read)->told_ms == 2'000);
  BOOST_REQUIRE(remove_maintenance(dir).has_value());
  BOOST_TEST(!read_maintenance(dir).value().has_value());
}

BOOST_AUTO_TEST_CASE(a_millisecond_before_its_end_it_is_not_over) {
  Maintenance maintenance;
  BOOST_TEST(!maintenance.over(1'000'000));
  maintenance.until_ms = 1'000;
  BOOST_TEST(!maintenance.over(999));
  BOOST_TEST(maintenance.over(1'000));
}

BOOST_AUTO_TEST_CASE(a_record_that_cannot_be_understood_is_an_error_that_says_what_to_do) {
  const test::TempDir temp;
  const StateDir dir{temp.path()};
  std::ofstream(dir.maintenance()) << "{\"since_ms\": ";
  const auto read = read_maintenance(dir);
  BOOST_REQUIRE(!read.has_value());
  BOOST_TEST(read.error().message.find(dir.maintenance() + " is not a record of a maintenance") ==
             0U);
}

BOOST_AUTO_TEST_CASE(the_check_repeats_what_was_so_before_and_says_what_would_be_otherwise) {
  const Verdict verdict = in_maintenance(master(), {ExitCode::ok, "new disks"}, kNo);
  BOOST_TEST(static_cast<int>(verdict.code) == 0);
  BOOST_TEST(verdict.reason ==
             "maintenance (new disks) repeats what was so before it; without it: no, mysql main: "
             "read-only");
  const Verdict same = in_maintenance(master(), {ExitCode::no, "new disks"}, kNo);
  BOOST_TEST(static_cast<int>(same.code) == 1);
  BOOST_TEST(same.reason == "maintenance (new disks) repeats what was so before it");
}

BOOST_AUTO_TEST_CASE(a_node_never_proven_healthy_stays_at_no) {
  const Verdict verdict =
      in_maintenance(master(), {Maintenance{}.verdict, "new disks"}, {ExitCode::ok, "serves"});
  BOOST_TEST(static_cast<int>(verdict.code) == 1);
}

BOOST_AUTO_TEST_CASE(a_node_that_has_fenced_itself_says_no_in_maintenance_too) {
  RoleView view = master();
  view.phase = Phase::fenced;
  const Verdict verdict = in_maintenance(view, {ExitCode::ok, "new disks"}, kNo);
  BOOST_TEST(static_cast<int>(verdict.code) == 1);
}

BOOST_AUTO_TEST_CASE(a_node_that_gives_its_role_away_says_no_whatever_its_resources_say) {
  const std::vector<Finding> fine{{"mysql", "main", Level::ok, "writable", Millis{1}, {}}};
  for (const State newest : {State::master, State::fault, State::backup}) {
    RoleView view = master();
    view.newest = newest;
    view.handing_over = "kernel update";
    const Verdict given = verdict(view, {}, fine);
    BOOST_TEST(static_cast<int>(given.code) == 1);
    BOOST_TEST(given.reason == "a switchover gives this node's role away: kernel update");
  }
}

BOOST_AUTO_TEST_CASE(a_switchover_lives_as_long_as_its_process) {
  const test::TempDir temp;
  const StateDir dir{temp.path()};
  BOOST_TEST(!read_handover(dir).value().has_value());
  Handover handover{ProcessId::self(), "kernel update", "ana", 1};
  BOOST_REQUIRE(write_handover(dir, handover).has_value());
  BOOST_TEST(read_handover(dir).value().value().alive());
  BOOST_TEST(read_handover(dir).value().value().reason == "kernel update");
  handover.worker.start_ticks += 1;
  BOOST_REQUIRE(write_handover(dir, handover).has_value());
  BOOST_TEST(!read_handover(dir).value().value().alive());
  // Half a file is one that was left: it must be taken back, not believed.
  std::ofstream(dir.handover()) << "{";
  BOOST_TEST(!read_handover(dir).value().value().alive());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
