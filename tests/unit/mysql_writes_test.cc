#include <boost/test/unit_test.hpp>

#include "agent/mysql_server.h"
#include "checks/doctor_writes.h"
#include "tests/unit/protocol_cells.h"

using namespace ha;
using namespace ha::cells;

namespace {

constexpr bool kMariadb = true;
constexpr bool kMysql = false;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mysql_writes)

BOOST_AUTO_TEST_CASE(a_usual_server_takes_everybodys_writes) {
  WriteGates gates;
  gates.max_connections = 151;
  BOOST_TEST(taken_from_nobody(gates, kMysql).empty());
  BOOST_TEST(not_taken_from_all(gates, 151).empty());
  BOOST_TEST(not_taken_from_all(gates, {}).empty());
  BOOST_TEST(not_taken_from_all({}, 1000).empty());
  BOOST_TEST(contains(not_taken_from_all(gates, 152), "max_connections = 151"));
}

BOOST_AUTO_TEST_CASE(force_recovery_stops_writes_from_1_on_in_mysql_and_from_5_on_in_mariadb) {
  WriteGates gates;
  gates.innodb_force_recovery = 1;
  BOOST_TEST(!taken_from_nobody(gates, kMysql).empty());
  BOOST_TEST(taken_from_nobody(gates, kMariadb).empty());
  gates.innodb_force_recovery = 4;
  BOOST_TEST(taken_from_nobody(gates, kMariadb).empty());
  gates.innodb_force_recovery = 5;
  BOOST_TEST(contains(taken_from_nobody(gates, kMariadb), "innodb_force_recovery = 5"));
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_nobodys_writes_is_no_in_every_role_and_never_promoted) {
  MysqlFacts facts;
  facts.gates.offline_mode = true;
  const std::string closed = server_view(facts).closed;
  BOOST_TEST(contains(closed, "SET GLOBAL offline_mode = OFF"));
  const auto judged = [&](Role role, ServerView own, PeerView peer, bool promoting = false) {
    own.closed = closed;
    return judge(role, promoting, situation(std::move(own), std::move(peer)), kPolicy).cell;
  };
  const Cell master = judged(Role::master, primary(), peer_up(Holds::same_or_less));
  BOOST_TEST((master.level == Level::no && master.act == Act::none));
  BOOST_TEST(master.why == closed);
  BOOST_TEST((master.note == Note::serving));
  BOOST_TEST(
      (judged(Role::master, at_rest(), peer_up(Holds::same_or_less), true).level == Level::no));
  const Cell standby = judged(Role::standby, replica(), peer_up(Holds::same_or_less, true));
  BOOST_TEST((standby.level == Level::no));
  BOOST_TEST(standby.why.starts_with(closed));
  const Cell apart = judged(Role::standby, at_rest(), peer_up(Holds::same_or_less, true));
  BOOST_TEST((apart.level == Level::no && apart.act == Act::follow));

  Situation forced = situation(at_rest(), peer_up(Holds::same_or_less));
  forced.own.closed = closed;
  PromotePolicy policy = kPolicy;
  policy.forced = true;
  BOOST_TEST((can_promote(forced, policy).cause == Cause::server));
}

BOOST_AUTO_TEST_CASE(doctor_names_what_closes_a_server_and_what_opens_it) {
  std::vector<Symptom> found;
  judge_write_gates("mysql main", {}, kMysql, found);
  BOOST_TEST(found.empty());
  WriteGates gates;
  gates.innodb_read_only = true;
  gates.begins_read_only = true;
  gates.begins_variable = "transaction_read_only";
  judge_write_gates("mysql main", gates, kMysql, found);
  BOOST_REQUIRE(found.size() == 2);
  BOOST_TEST(found[0].id == "writes-of-nobody");
  BOOST_TEST(contains(found[0].mend, "innodb_read_only"));
  BOOST_TEST(found[1].mend == "SET GLOBAL transaction_read_only = OFF");
}

BOOST_AUTO_TEST_SUITE_END()
