// Whether the writes of a primary stand still: two looks, and what is told of it.
#include "agent/write_waits.h"

#include <boost/test/unit_test.hpp>

#include "agent/sample.h"
#include "checks/mysql.h"
#include "checks/sampling.h"
#include "notify/resource_history.h"
#include "notify/usual_rules.h"

using namespace ha;

namespace {

constexpr std::int64_t kStart = 50'000;
constexpr std::uint64_t kWritten = 7;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

WriteWaits unacknowledged(std::int64_t sessions, std::int64_t acknowledged = 100) {
  WriteWaits waits;
  waits.unacknowledged = sessions;
  waits.acknowledged = acknowledged;
  waits.running = sessions + 1;
  return waits;
}

WriteWaits locked() {
  WriteWaits waits;
  waits.locked = 2;
  waits.running = 3;
  return waits;
}

/// Looks one after the other.
struct Looks {
  WaitMemory memory;
  Standstill operator()(std::int64_t at_ms, const WriteWaits& waits,
                        std::uint64_t written = kWritten) {
    memory = next_waits(memory, waits, written, kStart + at_ms);
    return standstill(memory, waits, Millis{10'000});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(write_waits)

BOOST_AUTO_TEST_CASE(the_second_look_that_sees_nothing_acknowledged_says_so) {
  Looks look;
  BOOST_TEST(look(0, unacknowledged(1)).why.empty());
  BOOST_TEST(look(499, unacknowledged(1)).why.empty());
  const Standstill found = look(1000, unacknowledged(2));
  BOOST_TEST(found.lasts.count() == 1000);
  BOOST_TEST(found.why ==
             "no commit was acknowledged for 1.0 s: 2 sessions wait for a replica that does not "
             "answer (after 10.0 s semi-sync goes on without it)");
  BOOST_TEST(look(2000, unacknowledged(0, 102)).lasts.count() == 0);
}

BOOST_AUTO_TEST_CASE(a_busy_primary_whose_commits_always_wait_does_not_stand_still) {
  Looks look;
  for (int second = 0; second < 60; ++second) {
    BOOST_TEST(look(second * 1000, unacknowledged(5, 100 + second)).lasts.count() == 0);
  }
}

BOOST_AUTO_TEST_CASE(commits_go_on_into_the_log_while_none_is_acknowledged) {
  Looks look;
  look(0, unacknowledged(1), 1);
  BOOST_TEST(!look(1000, unacknowledged(3), 2).why.empty());
}

BOOST_AUTO_TEST_CASE(a_lock_counts_while_nothing_is_written) {
  Looks look;
  look(0, locked());
  BOOST_TEST(contains(look(1000, locked()).why, "FLUSH TABLES WITH READ LOCK"));
  BOOST_TEST(look(2000, locked(), kWritten + 1).why.empty());
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_is_told_from_one_that_may_be) {
  WriteWaits full;
  full.no_space = 1;
  full.committing = 1;
  Looks look;
  look(0, full);
  BOOST_TEST(contains(look(1000, full).why, "a disk is full, 2 sessions"));
  full.no_space = 0;
  BOOST_TEST(contains(look(2000, full).why, "probably a full disk"));
}

BOOST_AUTO_TEST_CASE(what_an_old_look_or_one_before_the_boot_saw_does_not_count) {
  Looks look;
  look(0, unacknowledged(1));
  BOOST_TEST(look(10'001, unacknowledged(1)).lasts.count() == 0);
  look.memory.seen_ms = kStart + 1'000'000;
  BOOST_TEST(look(11'000, unacknowledged(1)).lasts.count() == 0);
}

BOOST_AUTO_TEST_CASE(sessions_are_asked_for_only_where_something_runs_and_nothing_was_written) {
  WaitMemory before;
  before.written = kWritten;
  BOOST_TEST(may_be_stuck(locked(), kWritten, before));
  BOOST_TEST(!may_be_stuck(locked(), kWritten + 1, before));
  BOOST_TEST(!may_be_stuck(unacknowledged(0), kWritten, before));
  BOOST_TEST(!may_be_stuck(unacknowledged(3), kWritten, before));
}

BOOST_AUTO_TEST_CASE(the_memory_comes_back_as_it_was) {
  const WaitMemory memory{1, 2, mark_of("0-1-5"), 4, 5};
  BOOST_TEST((parse_waits(format_waits(memory)) == memory));
  BOOST_TEST(!parse_waits(""));
  BOOST_TEST(!parse_waits("1 2 3"));
  BOOST_TEST(mark_of("0-1-5") != mark_of("0-1-6"));
}

BOOST_AUTO_TEST_CASE(status_counts_of_either_plugin_are_taken) {
  WriteWaits waits;
  take_wait_status(waits, "Rpl_semi_sync_source_wait_sessions", 3);
  take_wait_status(waits, "Rpl_semi_sync_master_yes_tx", 10);
  take_wait_status(waits, "Rpl_semi_sync_master_no_tx", 2);
  take_wait_status(waits, "Threads_running", 4);
  take_wait_status(waits, "Uptime", 99);
  BOOST_TEST(waits.unacknowledged == 3);
  BOOST_TEST(waits.acknowledged == 12);
  BOOST_TEST(waits.running == 4);
}

BOOST_AUTO_TEST_CASE(a_masters_check_is_degraded_and_leaves_the_number_for_the_rule) {
  MysqlConfig config;
  config.name = "main";
  MysqlFacts facts;
  MysqlContext context;
  context.expect.role = Role::master;
  context.standstill = {Millis{1500}, "nothing was written for 1.5 s"};
  const Finding finding = judge_mysql(config, facts, context);
  BOOST_TEST((finding.level == Level::degraded));
  BOOST_TEST(contains(finding.seen, "nothing was written for 1.5 s"));

  const Sample sample = sample_of({finding}, 1'000);
  const auto read = parse_sample(format_sample(sample));
  BOOST_REQUIRE(read);
  BOOST_REQUIRE(read->resources.front().write_wait.has_value());
  Config all;
  all.mysql.push_back(config);
  const AlertRuleConfig rule = rules_of(all).front();
  ResourceHistory history;
  history.add(read->resources.front(), 1'000);
  const Reading reading = history.read(rule, 1'000);
  BOOST_TEST((reading.kind == Reading::Kind::value && reading.value == 1500));
  BOOST_TEST(contains(reading.seen, "nothing was written"));
  BOOST_TEST(compare(reading.value, rule.comparison, rule.threshold));

  ResourceSample standby;
  standby.level = Level::ok;
  history.add(standby, 2'000);
  BOOST_TEST((history.read(rule, 2'000).kind == Reading::Kind::none));
  standby.level = Level::unknown;
  history.add(standby, 3'000);
  BOOST_TEST((history.read(rule, 3'000).kind == Reading::Kind::unknown));
}

BOOST_AUTO_TEST_CASE(a_section_about_it_takes_the_place_of_the_rule_that_needs_none) {
  Config config;
  BOOST_TEST(rules_of(config).empty());
  config.mysql.emplace_back();
  BOOST_REQUIRE(rules_of(config).size() == 1);
  BOOST_TEST(rules_of(config).front().name == kWritesStandRule);
  BOOST_TEST((rules_of(config).front().severity == Severity::critical));
  AlertRuleConfig own;
  own.name = "mine";
  own.metric = Metric::write_wait;
  config.alert.push_back(own);
  BOOST_REQUIRE(rules_of(config).size() == 1);
  BOOST_TEST(rules_of(config).front().name == "mine");
}

BOOST_AUTO_TEST_SUITE_END()
