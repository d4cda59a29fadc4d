// Both nodes' databases side by side: what is said of them, and how it is shown.
#include "notify/pair.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "notify/status.h"

namespace ha {
namespace {

Timed<MysqlFacts> mysql(bool read_only, const std::string& gtid, const std::string& source = "") {
  MysqlFacts facts;
  facts.mariadb = true;
  facts.gtid_mode = true;
  facts.server_id = 1;
  facts.read_only = read_only;
  facts.gtid_executed = gtid;
  facts.gtid_binlog_pos = gtid;
  facts.gtid_binlog_state = gtid;
  if (!source.empty()) {
    ReplicaStatus status;
    status.source_host = source;
    status.receiver = Receiver::running;
    status.applier = Applier::running;
    status.lag = Millis{3000};
    facts.sources.push_back(status);
  } else {
    facts.replicas_connected = 1;
  }
  return {std::move(facts), Millis{4}};
}

template <class T>
Timed<T> silent() {
  return {fail("no answer in time", ErrorKind::timeout), Millis{800}};
}

Timed<RedisSight> redis(bool master, std::int64_t offset) {
  RedisSight sight;
  sight.facts.master = master;
  sight.facts.empty = false;
  sight.facts.replid = "8e199e77a35d0b33a83ba1ede431945809929a23";
  sight.facts.offset = offset;
  sight.facts.source_host = "192.0.2.11";
  sight.facts.link_up = true;
  sight.takes_writes = master;
  return {std::move(sight), Millis{1}};
}

PairRow mysql_pair(const Timed<MysqlFacts>& own, const Timed<MysqlFacts>& peer) {
  return mysql_row("mysql main", "db1", "192.0.2.12", own, peer);
}

BOOST_AUTO_TEST_SUITE(pair)

BOOST_AUTO_TEST_CASE(a_primary_and_its_replica_are_as_they_should_be) {
  const PairRow row = mysql_pair(mysql(false, "0-1-120"), mysql(true, "0-1-120", "192.0.2.11"));
  BOOST_TEST(row.trouble == "");
  BOOST_TEST(row.own.state == "primary");
  BOOST_TEST(row.own.detail == "1 replica");
  BOOST_TEST(row.peer.state == "replica");
  BOOST_TEST(row.peer.detail == "of 192.0.2.11");
  BOOST_TEST(row.peer.lag->count() == 3000);
  BOOST_TEST(row.own.lacks.value_or("?") == "");
  BOOST_TEST(row.peer.lacks.value_or("?") == "");
}

BOOST_AUTO_TEST_CASE(what_one_lacks_is_named) {
  const PairRow row = mysql_pair(mysql(false, "0-1-120"), mysql(true, "0-1-118", "192.0.2.11"));
  BOOST_TEST(row.own.lacks.value_or("?") == "");
  BOOST_TEST(row.peer.lacks.value_or("?") == "0-1-119..0-1-120");
  BOOST_TEST(row.trouble == "");
}

BOOST_AUTO_TEST_CASE(two_primaries_none_and_two_histories_are_said) {
  BOOST_TEST(mysql_pair(mysql(false, "0-1-5"), mysql(false, "0-1-5")).trouble == "TWO PRIMARIES");
  BOOST_TEST(mysql_pair(mysql(true, "0-1-5"), mysql(true, "0-1-5")).trouble == "no primary");
  // Somebody who is silent may be the primary.
  BOOST_TEST(mysql_pair(mysql(true, "0-1-5"), silent<MysqlFacts>()).trouble == "");
  const PairRow row = mysql_pair(mysql(false, "0-1-3,0-1-5"), mysql(true, "0-1-3,0-2-5"));
  BOOST_TEST(row.trouble == "DIVERGED: each holds what the other lacks");
}

BOOST_AUTO_TEST_CASE(a_silent_side_says_why_and_nothing_is_known_of_what_it_lacks) {
  const PairRow row = mysql_pair(mysql(false, "0-1-5"), silent<MysqlFacts>());
  BOOST_TEST(row.peer.state == "silent");
  BOOST_TEST(row.peer.detail == "no answer in time");
  BOOST_TEST(!row.peer.lacks.has_value());
  BOOST_TEST(!row.own.lacks.has_value());
}

BOOST_AUTO_TEST_CASE(a_side_that_lets_nobody_in_is_not_called_silent) {
  Timed<MysqlFacts> peer = silent<MysqlFacts>();
  peer.answer.error() = {"Access denied", ErrorKind::answered, 1045};
  const PairRow row = mysql_pair(mysql(true, "0-1-5"), peer);
  BOOST_TEST(row.peer.state == "refusing");
  BOOST_TEST(row.peer.detail == "Access denied");
  // It may be the primary.
  BOOST_TEST(row.trouble == "");
}

BOOST_AUTO_TEST_CASE(of_redis_what_is_lacking_is_an_offset) {
  const auto row =
      redis_row("redis cache", "db1", "192.0.2.12", redis(true, 130), redis(false, 100));
  BOOST_TEST(row.own.state == "primary");
  BOOST_TEST(row.peer.state == "replica");
  BOOST_TEST(row.peer.lacks.value_or("?") == "30 bytes");
  auto fenced = redis(true, 130);
  fenced.answer->takes_writes = false;
  BOOST_TEST(redis_row("redis cache", "db1", "b", fenced, redis(false, 130)).own.state == "fenced");
}

BOOST_AUTO_TEST_CASE(the_table_fits_into_80_columns) {
  StatusReport report;
  report.node = "db1";
  report.pair = {
      mysql_pair(mysql(false, "0-1-120"), mysql(true, "0-1-118", "192.0.2.11")),
      redis_row("redis cache", "db1", "192.0.2.12", redis(true, 130), silent<RedisSight>())};
  const std::string text = render_status_text(report, false);
  const auto begin = text.find("both nodes, asked just now:\n");
  BOOST_REQUIRE(begin != std::string::npos);
  BOOST_TEST(text.substr(begin) ==
             "both nodes, asked just now:\n"
             "  mysql main   db1         primary     4 ms  1 replica, lacks nothing\n"
             "               192.0.2.12  replica     4 ms  of 192.0.2.11, lag 3 s, LACKS\n"
             "                             0-1-119..0-1-120\n"
             "  redis cache  db1         primary     1 ms  no replica\n"
             "               192.0.2.12  silent    800 ms  no answer in time\n");
  const auto json = nlohmann::json::parse(render_status_json(report)).at("pair");
  BOOST_TEST(json.at(0).at("peer").at("lacks") == "0-1-119..0-1-120");
  BOOST_TEST(json.at(1).at("peer").at("lacks").is_null());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
