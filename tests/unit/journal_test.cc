#include "notify/journal.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.h"

namespace ha {
namespace {

using nlohmann::json;

struct JournalFixture {
  test::TempDir temp;
  StateDir dir{temp.path()};

  void put_raw(const std::string& text) const {
    std::ofstream(dir.journal(), std::ios::app | std::ios::binary) << text;
  }
  std::vector<json> lines() const {
    auto read = read_journal(dir);
    BOOST_REQUIRE(read.has_value());
    return *read;
  }
};

BOOST_FIXTURE_TEST_SUITE(journal_file, JournalFixture)

BOOST_AUTO_TEST_CASE(a_missing_journal_is_empty) {
  BOOST_TEST(lines().empty());
}

BOOST_AUTO_TEST_CASE(lines_carry_type_and_time_and_come_back_in_order) {
  journal(dir, "begin", {{"event", "e1"}});
  journal(dir, "end", {{"event", "e1"}}, Durability::durable);
  const auto all = lines();
  BOOST_REQUIRE_EQUAL(all.size(), 2U);
  BOOST_TEST(all[0].at("type") == "begin");
  BOOST_TEST(all[1].at("type") == "end");
  BOOST_TEST(all[1].at("event") == "e1");
  BOOST_TEST(all[0].at("at_ms").get<std::int64_t>() > 1'600'000'000'000);
}

BOOST_AUTO_TEST_CASE(the_file_is_readable_by_the_group_and_by_nobody_else) {
  const mode_t before = ::umask(0177);
  journal(dir, "note", json::object());
  ::umask(before);
  struct stat st {};
  BOOST_REQUIRE_EQUAL(::stat(dir.journal().c_str(), &st), 0);
  BOOST_TEST((st.st_mode & 07777U) == 0640U);
}

BOOST_AUTO_TEST_CASE(a_torn_last_line_is_skipped_and_the_next_line_is_not_glued_to_it) {
  journal(dir, "note", {{"n", 1}});
  put_raw(R"({"type":"note","n":2,"at_)");
  BOOST_TEST(lines().size() == 1U);
  journal(dir, "note", {{"n", 3}});
  const auto all = lines();
  BOOST_REQUIRE_EQUAL(all.size(), 2U);
  BOOST_TEST(all[1].at("n") == 3);
}

BOOST_AUTO_TEST_CASE(lines_that_are_no_objects_are_skipped) {
  put_raw("\n42\n[]\n\xff\xfe garbage\n");
  journal(dir, "note", {{"n", 1}});
  BOOST_TEST(lines().size() == 1U);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_do_not_lose_the_line) {
  journal(dir, "step", {{"detail", "caf\xe9"}});
  const auto all = lines();
  BOOST_REQUIRE_EQUAL(all.size(), 1U);
  BOOST_TEST(all[0].at("detail") == "caf\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(it_is_rotated_beyond_4_MiB_and_not_before_and_both_files_are_read) {
  const std::string line = R"({"type":"note","pad":")" + std::string(1000, 'x') + "\"}\n";
  const std::size_t limit = std::size_t{4} << 20U;
  std::string text;
  while (text.size() + line.size() <= limit) text += line;
  text.insert(text.size() - 3, limit - text.size(), 'y');  // 4 MiB exactly, still one JSON a line
  put_raw(text);
  BOOST_REQUIRE_EQUAL(std::filesystem::file_size(dir.journal()), limit);
  const auto old_lines = lines().size();
  const std::string rotated = dir.root + "/journal.1.jsonl";

  journal(dir, "note", {{"n", 1}});
  BOOST_TEST(!std::filesystem::exists(rotated));
  journal(dir, "note", {{"n", 2}});
  BOOST_TEST(std::filesystem::exists(rotated));
  BOOST_TEST(std::filesystem::file_size(dir.journal()) < 100U);
  const auto all = lines();
  BOOST_REQUIRE_EQUAL(all.size(), old_lines + 2);
  BOOST_TEST(all[old_lines].at("n") == 1);
  BOOST_TEST(all[old_lines + 1].at("n") == 2);
}

BOOST_AUTO_TEST_CASE(concurrent_writers_lose_nothing_even_across_a_rotation) {
  put_raw("{\"type\":\"note\",\"pad\":\"" + std::string((std::size_t{4} << 20U) - 20000, 'x') +
          "\"}\n");
  constexpr int kThreads = 4;
  constexpr int kLines = 100;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kLines; ++i) {
        journal(dir, "note", {{"t", t}, {"i", i}, {"pad", std::string(100, 'z')}});
      }
    });
  }
  for (auto& thread : threads) thread.join();
  BOOST_TEST(std::filesystem::exists(dir.root + "/journal.1.jsonl"));
  BOOST_TEST(lines().size() == 1U + kThreads * kLines);
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_read_is_an_error_and_not_an_empty_journal) {
  std::filesystem::create_directory(dir.journal());
  BOOST_TEST(!read_journal(dir).has_value());
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_written_does_not_stop_the_caller) {
  const StateDir missing{temp.path() + "/no/such/place"};
  BOOST_CHECK_NO_THROW(journal(missing, "note", json::object()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
