#include "notify/semi_sync.h"

#include <boost/test/unit_test.hpp>

using namespace ha;

namespace {

MysqlFacts source() {
  MysqlFacts facts;
  facts.gtid_mode = true;
  facts.gtid_executed = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-9";
  facts.semi_sync.source_prefix = "rpl_semi_sync_source";
  facts.semi_sync.source_enabled = true;
  facts.semi_sync.clients = 1;
  return facts;
}

MysqlFacts replica() {
  MysqlFacts facts;
  facts.gtid_mode = true;
  facts.read_only = true;
  facts.gtid_executed = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-9";
  facts.semi_sync.replica_enabled = true;
  facts.semi_sync.replica_on = true;
  ReplicaStatus from;
  from.source_host = "db1";
  from.receiver = Receiver::running;
  facts.sources.push_back(from);
  return facts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(semi_sync)

BOOST_AUTO_TEST_CASE(a_source_that_stays_off_before_a_replica_that_has_all_is_armed_again) {
  BOOST_TEST(is_to_be_rearmed(source(), replica()));
}

BOOST_AUTO_TEST_CASE(one_that_is_on_or_has_nobody_or_is_off_by_decision_is_not) {
  MysqlFacts on = source();
  on.semi_sync.source_on = true;
  BOOST_TEST(!is_to_be_rearmed(on, replica()));
  MysqlFacts alone = source();
  alone.semi_sync.clients = 0;
  BOOST_TEST(!is_to_be_rearmed(alone, replica()));
  MysqlFacts off = source();
  off.semi_sync.source_enabled = false;
  BOOST_TEST(!is_to_be_rearmed(off, replica()));
}

BOOST_AUTO_TEST_CASE(one_that_takes_no_writes_is_not) {
  MysqlFacts standby = source();
  standby.read_only = true;
  BOOST_TEST(!is_to_be_rearmed(standby, replica()));
}

// Else each write would wait until it has caught up.
BOOST_AUTO_TEST_CASE(a_replica_that_lacks_something_is_waited_for) {
  MysqlFacts behind = replica();
  behind.gtid_executed = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-8";
  BOOST_TEST(!is_to_be_rearmed(source(), behind));
  behind.sources.front().received_gtid = "3e11fa47-71ca-11e1-9e33-c80aa9429562:9";
  BOOST_TEST(is_to_be_rearmed(source(), behind));
  MysqlFacts untold = replica();
  untold.gtid_executed = "?";
  BOOST_TEST(!is_to_be_rearmed(source(), untold));
}

BOOST_AUTO_TEST_CASE(a_replica_that_acknowledges_nothing_is_not_waited_for) {
  MysqlFacts off = replica();
  off.semi_sync.replica_on = false;
  BOOST_TEST(!is_to_be_rearmed(source(), off));
  MysqlFacts lost = replica();
  lost.sources.front().receiver = Receiver::connecting;
  BOOST_TEST(!is_to_be_rearmed(source(), lost));
}

BOOST_AUTO_TEST_SUITE_END()
