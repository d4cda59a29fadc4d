#include <boost/test/unit_test.hpp>

#include "agent/mysql_apart.h"
#include "checks/data_look.h"
#include "checks/doctor_data.h"
#include "checks/mysql.h"
#include "notify/drill.h"

using namespace ha;

namespace {

using Strings = std::vector<std::string>;

MysqlConfig config() {
  MysqlConfig config;
  config.name = "main";
  config.peer_host = "192.0.2.12";
  config.peer_port = 3306;
  return config;
}

ReplicaStatus from(const char* host, Strings filters) {
  ReplicaStatus source;
  source.source_host = host;
  source.source_port = 3306;
  source.receiver = Receiver::running;
  source.applier = Applier::running;
  source.lag = Millis{0};
  source.filters = std::move(filters);
  return source;
}

MysqlFacts standby(Strings filters) {
  MysqlFacts facts;
  facts.read_only = true;
  facts.super_read_only = true;
  facts.gtid_mode = true;
  facts.gtid_executed = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5";
  facts.sources.push_back(from("192.0.2.12", std::move(filters)));
  return facts;
}

MysqlFacts primary() {
  MysqlFacts facts = standby({});
  facts.read_only = facts.super_read_only.emplace(false);
  facts.sources.clear();
  return facts;
}

Finding judged(Role role, const MysqlFacts& facts, const DataLook& data) {
  MysqlContext context;
  context.expect.role = role;
  context.data = data;
  return judge_mysql(config(), facts, context);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Level)

BOOST_AUTO_TEST_SUITE(mysql_apart)

BOOST_AUTO_TEST_CASE(every_column_of_a_filter_counts_and_no_other) {
  const MysqlRow row{
      {"Replica_IO_Running", "Yes"},          {"Replicate_Do_DB", ""},
      {"Replicate_Ignore_DB", "logs"},        {"Replicate_Ignore_Server_Ids", "7"},
      {"Replicate_Rewrite_DB", std::nullopt}, {"Replicate_Wild_Ignore_Table", "app.tmp%"}};
  const Strings expected{"Replicate_Ignore_DB = logs", "Replicate_Ignore_Server_Ids = 7",
                         "Replicate_Wild_Ignore_Table = app.tmp%"};
  BOOST_TEST(filters_of(row) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_foreign_sources_filter_is_no_matter_while_the_peers_is_there) {
  MysqlFacts facts = standby({});
  facts.sources.push_back(from("192.0.2.99", {"Replicate_Do_DB = warehouse"}));
  BOOST_TEST(apart_of(config(), facts).empty());
  facts.sources.erase(facts.sources.begin());
  BOOST_TEST(apart_of(config(), facts).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_filter_that_shows_twice_is_named_once) {
  MysqlFacts facts = standby({"Replicate_Ignore_DB = logs"});
  facts.apart = {"replicate_ignore_db = logs", "slave_skip_errors = 1062"};
  BOOST_TEST(apart_text(apart_of(config(), facts)) ==
             "Replicate_Ignore_DB = logs, slave_skip_errors = 1062");
}

BOOST_AUTO_TEST_CASE(a_standby_with_a_filter_is_degraded_and_may_be_promoted) {
  const Finding finding = judged(Role::standby, standby({"Replicate_Ignore_DB = logs"}), {});
  BOOST_TEST(finding.level == Level::degraded);
  BOOST_TEST(contains(finding.seen, "Replicate_Ignore_DB = logs"));
}

BOOST_AUTO_TEST_CASE(a_standby_names_what_its_primary_keeps_out_of_the_binary_log) {
  DataLook data;
  data.peer = {"Binlog_Ignore_DB = scratch"};
  const Finding finding = judged(Role::standby, standby({}), data);
  BOOST_TEST(finding.level == Level::degraded);
  BOOST_TEST(contains(finding.seen, "the peer's Binlog_Ignore_DB = scratch"));
}

BOOST_AUTO_TEST_CASE(of_a_master_only_its_binary_log_counts) {
  DataLook data;
  data.own = {"replica_skip_errors = 1062"};
  MysqlFacts facts = primary();
  facts.replicas_connected = 1;
  BOOST_TEST(judged(Role::master, facts, data).level == Level::ok);
  data.own.push_back("Binlog_Do_DB = app");
  const Finding finding = judged(Role::master, facts, data);
  BOOST_TEST(finding.level == Level::degraded);
  BOOST_TEST(contains(finding.seen, "Binlog_Do_DB = app"));
  BOOST_TEST(!contains(finding.seen, "skip_errors"));
}

BOOST_AUTO_TEST_CASE(nothing_lacks_nothing_behind_a_filter) {
  const Timed<MysqlFacts> own{standby({"Replicate_Ignore_DB = logs"}), {}};
  const Timed<MysqlFacts> peer{primary(), {}};
  PairRow row = mysql_row("mysql main", "db1", "192.0.2.12", own, peer);
  BOOST_TEST(row.own.lacks.value() == "");
  note_apart(row, config(), own.answer, peer.answer);
  BOOST_TEST(!row.own.lacks.has_value());
  BOOST_TEST(row.peer.lacks.value() == "");
  BOOST_TEST(contains(row.trouble, "db1: Replicate_Ignore_DB = logs"));
  const DrillRow drill = drill_own("mysql main", {}, {}, &row);
  BOOST_TEST(contains(drill.loss, "cannot be told: db1: Replicate_Ignore_DB = logs"));
}

BOOST_AUTO_TEST_CASE(doctor_names_each_setting_of_both_servers) {
  const auto found =
      judge_data_exam({"mysql main", {"replica_exec_mode = IDEMPOTENT"}, {"Binlog_Do_DB = app"}});
  BOOST_TEST_REQUIRE(found.size() == 2U);
  for (const Symptom& symptom : found) {
    BOOST_TEST((symptom.severity == Severity::critical));
    BOOST_TEST(symptom.id == "data-apart");
  }
  BOOST_TEST(found[0].evidence == "replica_exec_mode = IDEMPOTENT");
  BOOST_TEST(found[1].evidence == "the peer's Binlog_Do_DB = app");
}

BOOST_AUTO_TEST_CASE(doctor_warns_of_transactions_that_the_primary_lacks) {
  DataExam exam;
  exam.errant = "3e11fa47-71ca-11e1-9e33-c80aa9429562:7";
  exam.deeds = {ErrantDeeds::Kind::nothing, "FLUSH PRIVILEGES"};
  const auto empty = judge_data_exam(exam);
  BOOST_TEST_REQUIRE(empty.size() == 1U);
  BOOST_TEST((empty[0].severity == Severity::warning));
  BOOST_TEST(contains(empty[0].evidence, "they change no data (FLUSH PRIVILEGES)"));
  BOOST_TEST(contains(empty[0].mend, "SET gtid_next"));
  exam.deeds = {ErrantDeeds::Kind::data, "rows of app.t"};
  BOOST_TEST(contains(judge_data_exam(exam)[0].mend, "rebuild"));
  // Nobody knows: no empty transaction in the place of one that may change data.
  exam.deeds = {};
  BOOST_TEST(contains(judge_data_exam(exam)[0].mend, "rebuild"));
  // A number that is skipped on the primary is not a transaction of this server's.
  exam.mariadb = true;
  exam.deeds = {ErrantDeeds::Kind::nothing, "FLUSH PRIVILEGES"};
  BOOST_TEST(contains(judge_data_exam(exam)[0].mend, "rebuild"));
}

BOOST_AUTO_TEST_CASE(a_look_is_remembered_for_half_a_minute) {
  DataLook look;
  look.at_ms = 1000;
  look.own = {"replica_skip_errors = 1062"};
  look.peer = {"Binlog_Do_DB = app"};
  look.errant = "0-1-7..0-1-9";
  look.deeds = {ErrantDeeds::Kind::data, "rows of app.t"};
  BOOST_TEST((data_look_of(to_text(look)) == look));
  BOOST_TEST(!is_due(look, 30'999));
  BOOST_TEST(is_due(look, 31'000));
  BOOST_TEST(is_due(look, 999));  // the machine was restarted
  for (const char* text : {"", "{", "[]", R"({"at_ms":"x","own":7,"errant":[]})"}) {
    BOOST_TEST((data_look_of(text) == DataLook{}));
  }
}

BOOST_AUTO_TEST_SUITE_END()
