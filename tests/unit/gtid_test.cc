#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "agent/gtid.h"

using ha::gtid_shown;
using ha::mariadb_gtid_reached;
using ha::mysql_gtid_subset;

BOOST_AUTO_TEST_SUITE(gtid)

BOOST_AUTO_TEST_CASE(mysql_the_last_transaction_is_in_and_the_next_is_not) {
  BOOST_TEST(mysql_gtid_subset("a:1-5", "a:1-5").value());
  BOOST_TEST(!mysql_gtid_subset("a:1-6", "a:1-5").value());
  BOOST_TEST(!mysql_gtid_subset("a:1-5", "a:2-9").value());
}

BOOST_AUTO_TEST_CASE(mysql_neighbouring_intervals_count_as_one) {
  BOOST_TEST(mysql_gtid_subset("a:1-9", "a:1-4:5-9").value());
  BOOST_TEST(!mysql_gtid_subset("a:1-9", "a:1-4:6-9").value());
  BOOST_TEST(mysql_gtid_subset("a:5", "a:1-4:5:7").value());
}

BOOST_AUTO_TEST_CASE(mysql_sources_case_lines_and_tags_are_told_apart) {
  BOOST_TEST(mysql_gtid_subset("AB:1,\nCD:2", "cd:1-3,ab:1").value());
  BOOST_TEST(!mysql_gtid_subset("ab:1,ef:1", "ab:1").value());
  BOOST_TEST(mysql_gtid_subset("ab:1-3:blue:1-2", "ab:1-3:blue:1-2:red:1").value());
  BOOST_TEST(!mysql_gtid_subset("ab:blue:3", "ab:1-3:blue:1-2").value());
}

BOOST_AUTO_TEST_CASE(mysql_nothing_is_in_everything_and_rubbish_is_no_answer) {
  BOOST_TEST(mysql_gtid_subset("", "").value());
  BOOST_TEST(mysql_gtid_subset("", "a:1").value());
  BOOST_TEST(!mysql_gtid_subset("a:1", "").value());
  for (const char* rubbish : {"a", "a:", "a:1-", "a:5-4", "a:1x"}) {
    BOOST_TEST(!mysql_gtid_subset(rubbish, "a:1-9").has_value(), rubbish);
  }
}

BOOST_AUTO_TEST_CASE(mariadb_each_domain_must_be_reached) {
  BOOST_TEST(mariadb_gtid_reached("0-1-7", "0-2-7").value());
  BOOST_TEST(!mariadb_gtid_reached("0-1-6", "0-1-7").value());
  BOOST_TEST(!mariadb_gtid_reached("0-1-7", "0-1-7,1-1-1").value());
  BOOST_TEST(mariadb_gtid_reached("1-1-1,0-1-8", "0-1-7,1-1-1").value());
  BOOST_TEST(mariadb_gtid_reached("", "").value());
  BOOST_TEST(!mariadb_gtid_reached("", "0-1-1").value());
  for (const char* rubbish : {"0-1", "0-1-", "0-1-2-3", "x"}) {
    BOOST_TEST(!mariadb_gtid_reached("0-1-9", rubbish).has_value(), rubbish);
  }
}

BOOST_AUTO_TEST_CASE(people_are_shown_the_head_of_a_long_set) {
  const std::string whole(160, 'a');
  BOOST_TEST(gtid_shown(whole) == whole);
  BOOST_TEST(gtid_shown("").empty());
  std::string set;
  for (int i = 0; i < 1800; ++i) {
    set += fmt::format("{}{:08x}-0000-4000-8000-000000000000:1-7", i == 0 ? "" : ",", i);
  }
  const std::string shown = gtid_shown(set);
  BOOST_TEST(shown.size() < 240);
  BOOST_TEST(shown.starts_with(set.substr(0, 40)));
  BOOST_TEST(shown.ends_with(":1-7,... (1800 entries, 73799 characters)"), shown);
  // One entry with many gaps.
  const std::string gaps = "00000000-0000-4000-8000-000000000000" + std::string(200, ':');
  BOOST_TEST(gtid_shown(gaps).size() < 240);
}

BOOST_AUTO_TEST_SUITE_END()
