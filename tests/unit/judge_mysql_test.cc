#include <boost/test/unit_test.hpp>

#include "checks/mysql.h"

using namespace ha;

namespace {

MysqlConfig config() {
  MysqlConfig config;
  config.name = "main";
  config.peer_host = "192.0.2.12";
  config.max_lag = Millis{30'000};
  return config;
}

MysqlContext as(Role role, bool promoting = false) {
  MysqlContext context;
  context.expect.role = role;
  context.expect.promoting = promoting;
  return context;
}

MysqlFacts primary() {
  MysqlFacts facts;
  facts.mariadb = true;
  facts.semi_sync.source_prefix = "rpl_semi_sync_master";
  facts.semi_sync.wait_variable = "rpl_semi_sync_master_wait_no_slave";
  facts.semi_sync.source_enabled = true;
  facts.semi_sync.source_on = true;
  facts.semi_sync.clients = 1;
  facts.replicas_connected = 1;
  return facts;
}

MysqlFacts replica() {
  MysqlFacts facts;
  facts.mariadb = true;
  facts.read_only = true;
  ReplicaStatus source;
  source.source_host = "192.0.2.12";
  source.source_port = 3306;
  source.receiver = Receiver::running;
  source.applier = Applier::running;
  source.lag = Millis{0};
  source.by_gtid = true;
  source.received_gtid = "0-1-5";
  facts.gtid_slave_pos = "0-1-5";
  facts.sources.push_back(source);
  return facts;
}

Finding judged(const MysqlFacts& facts, const MysqlContext& context) {
  return judge_mysql(config(), facts, context);
}

Finding judged(const Error& error, const MysqlContext& context) {
  return judge_mysql(config(), tl::unexpected<Error>(error), context);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Level)

BOOST_AUTO_TEST_SUITE(judge_mysql_as_master)

BOOST_AUTO_TEST_CASE(writable_and_protected_is_ok) {
  const Finding finding = judged(primary(), as(Role::master));
  BOOST_TEST(finding.level == Level::ok);
  BOOST_TEST(finding.seen == "writable, semi-sync on with 1 replica");
}

BOOST_AUTO_TEST_CASE(read_only_is_no_and_pending_while_the_promotion_runs) {
  MysqlFacts facts = primary();
  facts.read_only = true;
  BOOST_TEST(judged(facts, as(Role::master)).level == Level::no);
  BOOST_TEST(judged(facts, as(Role::master)).seen == "read-only");
  BOOST_TEST(judged(facts, as(Role::master, true)).level == Level::pending);
  facts.read_only = false;
  facts.super_read_only = true;
  BOOST_TEST(judged(facts, as(Role::master)).seen == "super_read_only");
}

BOOST_AUTO_TEST_CASE(lost_protection_behind_a_healthy_face_is_degraded) {
  MysqlFacts off = primary();
  off.semi_sync.source_on = false;
  BOOST_TEST(judged(off, as(Role::master)).level == Level::degraded);
  BOOST_TEST(contains(judged(off, as(Role::master)).seen, "configured but OFF"));

  MysqlFacts alone = primary();
  alone.semi_sync.clients = 0;
  BOOST_TEST(judged(alone, as(Role::master)).level == Level::degraded);
  BOOST_TEST(contains(judged(alone, as(Role::master)).seen, "no semi-sync replica is connected"));

  MysqlFacts loose = primary();
  loose.semi_sync.wait_without_replica = false;
  BOOST_TEST(judged(loose, as(Role::master)).level == Level::degraded);
  BOOST_TEST(contains(judged(loose, as(Role::master)).seen,
                      "SET GLOBAL rpl_semi_sync_master_wait_no_slave = ON"));
  loose.semi_sync.clients = 0;  // right while no replica is connected
  BOOST_TEST(!contains(judged(loose, as(Role::master)).seen, "SET GLOBAL"));
}

BOOST_AUTO_TEST_CASE(without_semi_sync_a_replica_that_is_gone_is_degraded_where_a_peer_is_known) {
  MysqlFacts facts = primary();
  facts.semi_sync.source_enabled = false;
  BOOST_TEST(judged(facts, as(Role::master)).level == Level::ok);
  facts.replicas_connected = 0;
  BOOST_TEST(judged(facts, as(Role::master)).level == Level::degraded);
  MysqlConfig single = config();
  single.peer_host.clear();
  BOOST_TEST(judge_mysql(single, facts, as(Role::master)).level == Level::ok);
  facts.replicas_connected.reset();  // not known
  BOOST_TEST(judged(facts, as(Role::master)).level == Level::ok);
}

BOOST_AUTO_TEST_CASE(a_source_that_it_still_follows_is_said) {
  MysqlFacts facts = primary();
  facts.sources = replica().sources;
  BOOST_TEST(judged(facts, as(Role::master)).level == Level::degraded);
  BOOST_TEST(
      contains(judged(facts, as(Role::master)).seen, "still takes writes from 192.0.2.12:3306"));
  BOOST_TEST(judged(facts, as(Role::master, true)).level == Level::ok);
}

BOOST_AUTO_TEST_CASE(an_error_that_means_alive_is_degraded_and_every_other_is_not_ok) {
  for (const int alive : {1040, 1045, 1129, 1130, 1203, 1226, 1698, 1820, 1862, 3118, 4151}) {
    const Error error{"refused", ErrorKind::answered, alive};
    BOOST_TEST(judged(error, as(Role::master)).level == Level::degraded, alive);
    BOOST_TEST(judged(error, as(Role::standby)).level == Level::no, alive);
  }
  const Error other{"odd", ErrorKind::answered, 1044};
  BOOST_TEST(judged(other, as(Role::master)).level == Level::no);
  const Error down{"gone", ErrorKind::unreachable, 2002};
  BOOST_TEST(judged(down, as(Role::master)).level == Level::no);
  BOOST_TEST(judged(down, as(Role::master, true)).level == Level::no);
  const Error late{"late", ErrorKind::timeout, 2013};
  BOOST_TEST(judged(late, as(Role::master)).level == Level::unknown);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(judge_mysql_as_standby)

// It follows, but could not be promoted beside a peer that nobody can stop.
BOOST_AUTO_TEST_CASE(a_replica_whose_peer_lets_nobody_in_is_degraded) {
  MysqlContext refused = as(Role::standby);
  refused.around.peer =
      tl::unexpected<Error>(Error{"Too many connections", ErrorKind::answered, 1040});
  const Finding finding = judged(replica(), refused);
  BOOST_TEST(finding.level == Level::degraded);
  BOOST_TEST(contains(finding.seen, "answers and lets nobody in"), finding.seen);
}

BOOST_AUTO_TEST_CASE(a_replica_that_follows_is_ok) {
  const Finding finding = judged(replica(), as(Role::standby));
  BOOST_TEST(finding.level == Level::ok);
  BOOST_TEST(finding.seen == "replica of 192.0.2.12:3306, lag 0 s");
}

BOOST_AUTO_TEST_CASE(max_lag_is_allowed_and_a_second_more_is_not) {
  MysqlFacts facts = replica();
  facts.sources[0].lag = Millis{30'000};
  BOOST_TEST(judged(facts, as(Role::standby)).level == Level::ok);
  facts.sources[0].lag = Millis{31'000};
  BOOST_TEST(judged(facts, as(Role::standby)).level == Level::no);
}

BOOST_AUTO_TEST_CASE(a_primary_that_is_gone_is_no_fault_of_its_replica) {
  MysqlFacts facts = replica();
  facts.sources[0].receiver = Receiver::connecting;
  facts.sources[0].io_errno = 2003;
  facts.sources[0].lag.reset();
  MysqlContext remembered = as(Role::standby);
  remembered.around.peer = tl::unexpected<Error>(Error{"gone", ErrorKind::unreachable, 2003});
  BOOST_TEST(judged(facts, remembered).level == Level::ok);
  remembered.around.last_lag = Millis{31'000};
  BOOST_TEST(judged(facts, remembered).level == Level::ok);  // all that it had is applied
  facts.sources[0].received_gtid = "0-1-6";
  BOOST_TEST(judged(facts, remembered).level == Level::no);
  remembered.on_stale = OnStale::promote;
  BOOST_TEST(judged(facts, remembered).level == Level::ok);
}

BOOST_AUTO_TEST_CASE(a_receiver_that_fails_for_another_reason_is_degraded) {
  MysqlFacts facts = replica();
  facts.sources[0].receiver = Receiver::stopped;
  facts.sources[0].io_errno = 1236;
  facts.sources[0].io_error = "log file is gone";
  const Finding finding = judged(facts, as(Role::standby));
  BOOST_TEST(finding.level == Level::degraded);
  BOOST_TEST(contains(finding.seen, "the receiver fails: log file is gone (1236)"));
}

BOOST_AUTO_TEST_CASE(an_applier_in_error_is_no_and_a_stopped_one_depends_on_its_backlog) {
  MysqlFacts facts = replica();
  facts.sources[0].applier = Applier::error;
  facts.sources[0].sql_errno = 1062;
  facts.sources[0].sql_error = "Duplicate entry";
  BOOST_TEST(judged(facts, as(Role::standby)).level == Level::no);
  BOOST_TEST(judged(facts, as(Role::standby)).seen == "the applier failed: Duplicate entry (1062)");
  facts.sources[0].applier = Applier::stopped;
  facts.sources[0].lag.reset();
  BOOST_TEST(judged(facts, as(Role::standby)).level == Level::degraded);
  facts.sources[0].received_gtid = "0-1-6";
  BOOST_TEST(judged(facts, as(Role::standby)).level == Level::no);
}

BOOST_AUTO_TEST_CASE(a_first_boot_without_a_source_is_eligible_and_a_writable_standby_is_said) {
  MysqlFacts facts;
  facts.read_only = true;
  BOOST_TEST(judged(facts, as(Role::standby)).level == Level::ok);
  facts.read_only = false;
  BOOST_TEST(judged(facts, as(Role::standby)).level == Level::degraded);
}

BOOST_AUTO_TEST_CASE(replication_that_it_may_not_see_is_no_proof) {
  MysqlFacts facts = replica();
  facts.sources.clear();
  facts.sources_error = Error{"Access denied", ErrorKind::answered, 1227};
  BOOST_TEST(judged(facts, as(Role::standby)).level == Level::no);
  MysqlFacts serving = primary();
  serving.sources_error = facts.sources_error;
  BOOST_TEST(judged(serving, as(Role::master)).level == Level::degraded);
}

BOOST_AUTO_TEST_SUITE_END()
