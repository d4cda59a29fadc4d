#include <fcntl.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "checks/failback.h"
#include "checks/jobs.h"
#include "checks/locked.h"
#include "checks/memory.h"
#include "checks/verdict_log.h"
#include "tests/support/temp_dir.h"

using namespace ha;
using ha::test::TempDir;

namespace {

Finding finding(Level level, std::string seen) {
  return {"mysql", "main", level, std::move(seen), {}, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_memory)

BOOST_AUTO_TEST_CASE(what_is_remembered_comes_back_and_nothing_is_there_at_first) {
  const TempDir dir;
  CheckMemory memory(StateDir{dir.path()});
  BOOST_TEST(!memory.last_lag("main").has_value());
  BOOST_TEST(!memory.was_healthy("http", "api", "event-1"));
  memory.remember_lag("main", Millis{4000});
  memory.remember_healthy("http", "api", "event-1");
  const CheckMemory later(StateDir{dir.path()});
  BOOST_TEST(later.last_lag("main").value().count() == 4000);
  BOOST_TEST(!later.last_lag("other").has_value());
  BOOST_TEST(later.was_healthy("http", "api", "event-1"));
  BOOST_TEST(!later.was_healthy("http", "api", "event-2"));
  BOOST_TEST(memory.trouble().empty());
}

BOOST_AUTO_TEST_CASE(its_files_are_for_the_group_whatever_the_umask) {
  const TempDir dir;
  const mode_t before = ::umask(0177);
  CheckMemory memory(StateDir{dir.path()});
  memory.remember_lag("main", Millis{1});
  BOOST_TEST(lock_memory(memory, Deadline::in(Millis{1000})).has_value());
  ::umask(before);
  for (const char* file : {"lag.mysql.main", "lock"}) {
    struct stat st {};
    BOOST_REQUIRE(::stat(memory.path(file).c_str(), &st) == 0);
    BOOST_TEST((st.st_mode & 07777U) == kCheckFileMode, file);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_trouble_and_nothing_worse) {
  const TempDir dir;
  std::ofstream(dir.path() + "/check") << "a file in the directory's place";
  CheckMemory memory(StateDir{dir.path()});
  memory.remember_lag("main", Millis{1});
  BOOST_TEST(memory.trouble().find("a file is in its place") != std::string::npos);
  BOOST_TEST(!memory.last_lag("main").has_value());
}

BOOST_AUTO_TEST_CASE(a_verdict_is_logged_when_it_changes_and_not_when_a_number_moves) {
  const TempDir dir;
  CheckMemory memory(StateDir{dir.path()});
  const Verdict behind{ExitCode::no, "mysql main: it is 31s behind"};
  const Verdict further{ExitCode::no, "mysql main: it is 32s behind"};
  const Verdict fine{ExitCode::ok, "every resource could be promoted"};
  const auto no = finding(Level::no, "");
  BOOST_TEST(log_verdict(memory, Role::standby, behind, {no}));
  BOOST_TEST(!log_verdict(memory, Role::standby, behind, {no}));
  BOOST_TEST(!log_verdict(memory, Role::standby, further, {no}));
  BOOST_TEST(log_verdict(memory, Role::standby, fine, {finding(Level::ok, "")}));
  BOOST_TEST(log_verdict(memory, Role::standby, fine, {finding(Level::degraded, "")}));
  BOOST_TEST(!log_verdict(memory, Role::master, fine, {finding(Level::degraded, "")}));
}

BOOST_AUTO_TEST_CASE(the_lock_keeps_a_second_copy_out) {
  const TempDir dir;
  CheckMemory memory(StateDir{dir.path()});
  auto held = lock_memory(memory, Deadline::in(Millis{1000}));
  BOOST_REQUIRE(held);
  BOOST_TEST(!lock_memory(memory, Deadline::in(Millis{5})).has_value());
  BOOST_TEST(memory.trouble().empty());
  held.reset();
  BOOST_TEST(lock_memory(memory, Deadline::in(Millis{1000})).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(failback)

BOOST_AUTO_TEST_CASE(the_delay_doubles_with_each_failure_of_another_event_up_to_ten_minutes) {
  const Millis base{60'000};
  auto record = after_failure({}, "boot", "e1", 1000, base);
  BOOST_TEST(record.delay.count() == 60'000);
  record = after_failure(record, "boot", "e1", 5000, base);  // still the same failure
  BOOST_TEST(record.delay.count() == 60'000);
  BOOST_TEST(record.failed_at_ms == 5000);
  record = after_failure(record, "boot", "e2", 100'000, base);
  BOOST_TEST(record.delay.count() == 120'000);
  for (const char* event : {"e3", "e4", "e5", "e6"}) {
    record = after_failure(record, "boot", event, record.failed_at_ms + 1000, base);
  }
  BOOST_TEST(record.delay.count() == 600'000);
}

BOOST_AUTO_TEST_CASE(a_quiet_half_hour_resets_the_delay_and_a_moment_less_does_not) {
  const Millis base{60'000};
  const FailbackRecord before{"boot", "e1", 0, Millis{240'000}};
  BOOST_TEST(after_failure(before, "boot", "e2", kFailbackQuiet.count() - 1, base).delay.count() ==
             480'000);
  BOOST_TEST(after_failure(before, "boot", "e2", kFailbackQuiet.count(), base).delay == base);
}

BOOST_AUTO_TEST_CASE(the_delay_ends_on_its_millisecond_and_with_the_boot) {
  const FailbackRecord record{"boot", "e1", 1000, Millis{60'000}};
  BOOST_TEST(failback_left(record, "boot", 60'999).count() == 1);
  BOOST_TEST(failback_left(record, "boot", 61'000).count() == 0);
  BOOST_TEST(failback_left(record, "another boot", 2000).count() == 0);
  BOOST_TEST(failback_left({}, "boot", 2000).count() == 0);
  BOOST_TEST(after_failure(record, "another boot", "e2", 2000, Millis{60'000}).delay.count() ==
             60'000);
}

BOOST_AUTO_TEST_CASE(a_record_is_read_back_and_rubbish_is_none) {
  const FailbackRecord record{"boot", "e1", 1000, Millis{60'000}};
  const auto back = parse_failback(format_failback(record));
  BOOST_REQUIRE(back);
  BOOST_TEST(back->boot == "boot");
  BOOST_TEST(back->event == "e1");
  BOOST_TEST(back->failed_at_ms == 1000);
  BOOST_TEST(back->delay.count() == 60'000);
  for (const char* rubbish : {"", "boot e1 1000", "boot e1 x 1", "boot e1 1 2 3"}) {
    BOOST_TEST(!parse_failback(rubbish).has_value(), rubbish);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(check_names)

BOOST_AUTO_TEST_CASE(a_resource_is_named_by_kind_by_name_or_by_both) {
  for (const char* word : {"main", "mysql", "mysql main", "mysql:main"}) {
    BOOST_TEST(selects(word, "mysql", "main"), word);
  }
  for (const char* word : {"", "mysq", "mysql:", "redis:main", "main mysql"}) {
    BOOST_TEST(!selects(word, "mysql", "main"), word);
  }
}

BOOST_AUTO_TEST_CASE(words_that_name_nothing_are_told) {
  Config config;
  config.mysql.emplace_back().name = "main";
  config.unit.emplace_back().name = "web";
  BOOST_TEST(known_resources(config) == "mysql main, unit web");
  BOOST_TEST(unknown_words(config, {"web", "other", "mysql"}) == std::vector<std::string>{"other"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
