#include <boost/test/unit_test.hpp>

#include "agent/gtid.h"

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

BOOST_AUTO_TEST_SUITE_END()
