#include <boost/test/unit_test.hpp>

#include "agent/gtid.h"
#include "notify/binlog_save.h"
#include "notify/mysql_may_follow.h"
#include "notify/mysql_words.h"

namespace ha {
namespace {

using Kind = FollowAnswer::Kind;

MysqlFacts old_primary() {
  MysqlFacts facts;
  facts.mariadb = true;
  facts.gtid_mode = true;
  facts.gtid_strict_mode = true;
  facts.server_id = 1;
  facts.read_only = true;
  facts.gtid_binlog_pos = "0-1-100";
  facts.gtid_binlog_state = "0-1-100";
  return facts;
}

MysqlFacts new_primary() {
  MysqlFacts facts = old_primary();
  facts.server_id = 2;
  facts.read_only = false;
  facts.gtid_binlog_pos = "0-2-150";
  facts.gtid_binlog_state = "0-1-100,0-2-150";
  facts.gtid_slave_pos = "0-1-100";
  return facts;
}

MysqlFacts mysql(std::uint64_t id, const std::string& executed, bool read_only) {
  MysqlFacts facts;
  facts.gtid_mode = true;
  facts.server_id = id;
  facts.gtid_executed = executed;
  facts.read_only = read_only;
  facts.super_read_only = read_only;
  return facts;
}

BOOST_AUTO_TEST_SUITE(mysql_follow)

BOOST_AUTO_TEST_CASE(a_primary_that_has_all_we_have_is_followed) {
  BOOST_TEST((may_follow(old_primary(), new_primary()).kind == Kind::follow));
  BOOST_TEST(
      (may_follow(mysql(1, "u:1-5", true), mysql(2, "u:1-5,v:1", false)).kind == Kind::follow));
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_read_only_is_waited_for_whatever_it_holds) {
  MysqlFacts peer = new_primary();
  peer.read_only = true;
  peer.gtid_binlog_state = "0-1-99";
  BOOST_TEST((may_follow(old_primary(), peer).kind == Kind::wait));
  peer = mysql(2, "", false);
  peer.super_read_only = true;
  BOOST_TEST((may_follow(mysql(1, "u:1", true), peer).kind == Kind::wait));
}

BOOST_AUTO_TEST_CASE(one_transaction_that_the_peer_lacks_keeps_us_and_is_named) {
  MysqlFacts own = old_primary();
  own.gtid_binlog_pos = own.gtid_binlog_state = "0-1-101";
  const FollowAnswer answer = may_follow(own, new_primary());
  BOOST_TEST((answer.kind == Kind::stay));
  BOOST_TEST(answer.errant == "0-1-101");
  const FollowAnswer other = may_follow(mysql(1, "u:1-6", true), mysql(2, "u:1-5,v:1-9", false));
  BOOST_TEST((other.kind == Kind::stay));
  BOOST_TEST(other.errant == "u:6");
}

BOOST_AUTO_TEST_CASE(a_transaction_that_was_only_received_counts_too) {
  MysqlFacts own = mysql(1, "u:1-5", true);
  ReplicaStatus source;
  source.received_gtid = "u:6";
  own.sources.push_back(source);
  BOOST_TEST(may_follow(own, mysql(2, "u:1-5", false)).errant == "u:6");
}

BOOST_AUTO_TEST_CASE(without_a_known_common_past_only_strict_mode_lets_the_primary_judge) {
  MysqlFacts peer = new_primary();
  peer.gtid_binlog_state = "0-2-150";
  peer.gtid_slave_pos.clear();
  MysqlFacts own = old_primary();
  BOOST_TEST((may_follow(own, peer).kind == Kind::follow));
  own.gtid_strict_mode = false;
  BOOST_TEST((may_follow(own, peer).kind == Kind::stay));
}

BOOST_AUTO_TEST_CASE(servers_that_cannot_replicate_stay) {
  BOOST_TEST((may_follow(old_primary(), mysql(2, "u:1", false)).kind == Kind::stay));
  MysqlFacts peer = new_primary();
  peer.server_id = 1;
  BOOST_TEST((may_follow(old_primary(), peer).kind == Kind::stay));
  peer = new_primary();
  peer.log_bin = false;
  BOOST_TEST((may_follow(old_primary(), peer).kind == Kind::stay));
  MysqlFacts without = mysql(2, "u:1", false);
  without.gtid_mode = false;
  BOOST_TEST((may_follow(mysql(1, "u:1", true), without).kind == Kind::stay));
}

BOOST_AUTO_TEST_CASE(binary_logs_that_the_peer_has_purged_are_no_errant_transactions) {
  MysqlFacts peer = mysql(2, "u:1-9", false);
  peer.gtid_purged = "u:1-6";
  const FollowAnswer answer = may_follow(mysql(1, "u:1-5", true), peer);
  BOOST_TEST((answer.kind == Kind::stay));
  BOOST_TEST(answer.errant.empty());
  BOOST_TEST((may_follow(mysql(1, "u:1-6", true), peer).kind == Kind::follow));
}

BOOST_AUTO_TEST_CASE(positions_are_merged_domain_by_domain) {
  BOOST_TEST(mariadb_gtid_merge("0-1-5,1-1-9", "0-2-7,1-2-3,2-1-1").value() == "0-2-7,1-1-9,2-1-1");
  BOOST_TEST(mariadb_gtid_merge("", "").value() == "");
  BOOST_TEST(!mariadb_gtid_merge("0-1", "").has_value());
}

BOOST_AUTO_TEST_CASE(the_first_log_to_keep_is_the_last_one_before_which_nothing_is_errant) {
  const std::vector<BinaryLog> logs{
      {"a", 1, ""}, {"b", 1, "0-1-100"}, {"c", 1, "0-1-101"}, {"d", 1, "0-1-102"}};
  const std::string peer = "0-2-150,0-1-100";
  BOOST_TEST(first_errant_log(logs, peer, true) == 1U);
  BOOST_TEST(first_errant_log(logs, "0-1-102", true) == 3U);
  // What cannot be compared may hold one.
  BOOST_TEST(first_errant_log({{"a", 1, "x"}, {"b", 1, "x"}}, peer, true) == 0U);
  BOOST_TEST(
      first_errant_log({{"a", 1, ""}, {"b", 1, "u:1-5"}, {"c", 1, "u:1-6"}}, "u:1-5", false) == 1U);
}

BOOST_AUTO_TEST_CASE(the_source_is_named_in_each_versions_words) {
  const SourceWords to{"'h'", 3306, "'u'", "'p'", true, false, "''"};
  BOOST_TEST(MysqlWords::of(true, 101119).change(to) ==
             "CHANGE MASTER TO MASTER_HOST = 'h', MASTER_PORT = 3306, MASTER_USER = 'u', "
             "MASTER_PASSWORD = 'p', MASTER_CONNECT_RETRY = 1, MASTER_SSL = 1, "
             "MASTER_SSL_VERIFY_SERVER_CERT = 0, MASTER_SSL_CA = '', MASTER_USE_GTID = slave_pos");
  const std::string now = MysqlWords::of(false, 90704).change(to);
  BOOST_TEST(now.starts_with("CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'h'"));
  BOOST_TEST(now.ends_with("SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 0"));
  SourceWords plain = to;
  plain.tls = false;
  BOOST_TEST(MysqlWords::of(false, 80022).change(plain).ends_with("GET_MASTER_PUBLIC_KEY = 1"));
  BOOST_TEST(MysqlWords::of(false, 50744).change(plain).ends_with("MASTER_AUTO_POSITION = 1"));
}

BOOST_AUTO_TEST_CASE(an_error_about_the_position_counts_once_the_io_thread_stands) {
  ReplicaStatus source;
  source.receiver = Receiver::stopped;
  for (const int code : {1236, 13114}) {
    source.io_errno = code;
    BOOST_TEST(source_lacks_position(source));
  }
  source.receiver = Receiver::running;
  BOOST_TEST(!source_lacks_position(source));
  source.receiver = Receiver::stopped;
  source.io_errno = 2003;
  BOOST_TEST(!source_lacks_position(source));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
