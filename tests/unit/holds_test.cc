#include "agent/holds.h"

#include <boost/test/unit_test.hpp>

namespace ha {
namespace {

MysqlFacts mariadb(const std::string& binlog_pos, const std::string& binlog_state,
                   const std::string& slave_pos = "") {
  MysqlFacts facts;
  facts.mariadb = true;
  facts.gtid_mode = true;
  facts.gtid_binlog_pos = binlog_pos;
  facts.gtid_binlog_state = binlog_state;
  facts.gtid_slave_pos = slave_pos;
  return facts;
}

MysqlFacts mysql(const std::string& executed) {
  MysqlFacts facts;
  facts.gtid_mode = true;
  facts.gtid_executed = executed;
  return facts;
}

void received(MysqlFacts& facts, const std::string& gtid) {
  ReplicaStatus source;
  source.received_gtid = gtid;
  facts.sources.push_back(source);
}

BOOST_AUTO_TEST_SUITE(holds)

BOOST_AUTO_TEST_CASE(mysql_subtraction_names_what_the_other_lacks) {
  BOOST_TEST(mysql_gtid_subtract("a:1-5", "a:1-5").value() == "");
  BOOST_TEST(mysql_gtid_subtract("a:1-6", "a:1-5").value() == "a:6");
  BOOST_TEST(mysql_gtid_subtract("a:1-9", "a:3-4:7").value() == "a:1-2:5-6:8-9");
  BOOST_TEST(mysql_gtid_subtract("a:1-9", "a:1-2:9-12").value() == "a:3-8");
  BOOST_TEST(mysql_gtid_subtract("a:1-2:5-6", "a:3-4").value() == "a:1-2:5-6");
  BOOST_TEST(mysql_gtid_subtract("A:1-5,\nB:1", "a:1-9").value() == "b:1");
  BOOST_TEST(mysql_gtid_subtract("a:1-5:blue:1-3", "a:1-5:blue:1").value() == "a:blue:2-3");
  BOOST_TEST(mysql_gtid_subtract("", "a:1").value() == "");
  BOOST_TEST(!mysql_gtid_subtract("a:1-", "a:1").has_value());
  BOOST_TEST(!mysql_gtid_subtract("a:1", "a").has_value());
}

BOOST_AUTO_TEST_CASE(mysql_received_transactions_count_as_held_on_both_sides) {
  MysqlFacts a = mysql("u:1-5");
  MysqlFacts b = mysql("u:1-5");
  BOOST_TEST((compare_holds(a, b) == Holds::same_or_less));
  received(a, "u:4-6");
  BOOST_TEST((compare_holds(a, b) == Holds::ahead));
  BOOST_TEST((compare_holds(b, a) == Holds::same_or_less));
  received(b, "u:6-7");
  BOOST_TEST((compare_holds(a, b) == Holds::same_or_less));
  b.gtid_executed = "u:1-4";
  b.sources.clear();
  received(b, "v:1");
  BOOST_TEST((compare_holds(a, b) == Holds::diverged));
}

BOOST_AUTO_TEST_CASE(mariadb_of_one_writer_the_last_sequence_decides) {
  BOOST_TEST(mariadb_gtid_subtract("0-1-7", "0-1-7").value() == "");
  BOOST_TEST(mariadb_gtid_subtract("0-1-7", "0-1-6").value() == "0-1-7");
  BOOST_TEST(mariadb_gtid_subtract("0-1-9", "0-1-6").value() == "0-1-7..0-1-9");
  BOOST_TEST(mariadb_gtid_subtract("0-1-6", "0-1-9").value() == "");
}

BOOST_AUTO_TEST_CASE(mariadb_an_unacknowledged_tail_below_the_new_primarys_position_is_seen) {
  // The new primary was promoted at 100 and has written up to 150 itself; ours went on to 102.
  BOOST_TEST(mariadb_gtid_subtract("0-1-102", "0-2-150,0-1-100").value() == "0-1-101..0-1-102");
  BOOST_TEST(mariadb_gtid_subtract("0-1-100", "0-2-150,0-1-100").value() == "");
  const MysqlFacts old_primary = mariadb("0-1-102", "0-1-102");
  const MysqlFacts new_primary = mariadb("0-2-150", "0-1-100,0-2-150", "0-1-100");
  BOOST_TEST((compare_holds(old_primary, new_primary) == Holds::diverged));
  BOOST_TEST((compare_holds(new_primary, old_primary) == Holds::diverged));
  BOOST_TEST(held_beyond(old_primary, new_primary).value() == "0-1-101..0-1-102");
  BOOST_TEST(held_beyond(new_primary, old_primary).value() == "0-2-101..0-2-150");
}

BOOST_AUTO_TEST_CASE(mariadb_the_same_sequence_of_two_servers_is_two_histories) {
  BOOST_TEST(mariadb_gtid_subtract("0-1-10", "0-2-10").value() == "0-1-10");
  BOOST_TEST((compare_holds(mariadb("0-1-10", ""), mariadb("0-2-10", "")) == Holds::diverged));
  BOOST_TEST((compare_holds(mariadb("0-1-10", "0-1-10"), mariadb("0-2-10", "0-1-9,0-2-10")) ==
              Holds::diverged));
}

BOOST_AUTO_TEST_CASE(
    mariadb_without_a_common_transaction_only_the_higher_one_is_known_to_hold_more) {
  BOOST_TEST(mariadb_gtid_subtract("0-1-12", "0-2-10").value() == "0-1-11..0-1-12");
  BOOST_TEST(!mariadb_gtid_subtract("0-1-10", "0-2-12").has_value());
  BOOST_TEST((compare_holds(mariadb("0-1-10", ""), mariadb("0-2-12", "")) == Holds::unknown));
  BOOST_TEST((compare_holds(mariadb("0-1-12", ""), mariadb("0-2-10", "")) == Holds::unknown));
}

BOOST_AUTO_TEST_CASE(mariadb_a_replica_that_was_seeded_knows_its_past_from_its_slave_position) {
  const MysqlFacts primary = mariadb("0-1-100", "0-3-40,0-1-100");
  const MysqlFacts seeded = mariadb("0-2-103", "0-2-103", "0-1-100");
  BOOST_TEST((compare_holds(primary, seeded) == Holds::same_or_less));
  BOOST_TEST((compare_holds(seeded, primary) == Holds::ahead));
}

BOOST_AUTO_TEST_CASE(mariadb_domains_are_histories_of_their_own) {
  BOOST_TEST(mariadb_gtid_subtract("0-1-7,1-1-2", "0-1-7").value() == "1-1-1..1-1-2");
  BOOST_TEST(mariadb_gtid_subtract("0-1-7", "0-1-7,1-1-2").value() == "");
  const MysqlFacts a = mariadb("0-1-8,1-1-2", "");
  const MysqlFacts b = mariadb("0-1-7,1-1-3", "");
  BOOST_TEST((compare_holds(a, b) == Holds::diverged));
}

BOOST_AUTO_TEST_CASE(mariadb_the_relay_log_counts_as_held) {
  const MysqlFacts primary = mariadb("0-1-100", "0-1-100");
  MysqlFacts replica = mariadb("0-1-90", "0-1-90", "0-1-90");
  BOOST_TEST((compare_holds(primary, replica) == Holds::ahead));
  received(replica, "0-1-100");
  BOOST_TEST((compare_holds(primary, replica) == Holds::same_or_less));
}

BOOST_AUTO_TEST_CASE(an_empty_server_holds_nothing_that_another_lacks) {
  BOOST_TEST((compare_holds(mariadb("", ""), mariadb("0-1-1", "0-1-1")) == Holds::same_or_less));
  BOOST_TEST((compare_holds(mariadb("0-1-1", ""), mariadb("", "")) == Holds::ahead));
  BOOST_TEST((compare_holds(mariadb("", ""), mariadb("", "")) == Holds::same_or_less));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_compared_is_unknown) {
  const MysqlFacts good = mysql("u:1-5");
  BOOST_TEST((compare_holds(good, mariadb("0-1-1", "")) == Holds::unknown));
  MysqlFacts bad = good;
  bad.gtid_mode = false;
  BOOST_TEST((compare_holds(good, bad) == Holds::unknown));
  bad = good;
  bad.log_bin = false;
  BOOST_TEST((compare_holds(bad, good) == Holds::unknown));
  bad = good;
  bad.sources_error = Error{"denied", ErrorKind::answered, 1227};
  BOOST_TEST((compare_holds(bad, good) == Holds::unknown));
  for (const char* rubbish : {"0-1", "0-1-2-3", "x"}) {
    BOOST_TEST(!mariadb_gtid_subtract("0-1-9", rubbish).has_value(), rubbish);
    BOOST_TEST(!mariadb_gtid_subtract(rubbish, "0-1-9").has_value(), rubbish);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
