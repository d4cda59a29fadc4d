// What Prometheus reads, to the letter, and what is counted from the journal.
#include "notify/metrics.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "notify/exposition.h"
#include "notify/journal.h"
#include "notify/journal_files.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

using nlohmann::json;

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(exposition)

BOOST_AUTO_TEST_CASE(help_and_type_stand_before_the_first_sample_and_once) {
  Exposition out;
  out.metric("a_total", Exposition::Type::counter, "Of a.");
  out.sample({{"x", "1"}}, std::uint64_t{3});
  out.sample({{"x", "2"}, {"y", "z"}}, std::uint64_t{0});
  out.metric("left_out", Exposition::Type::gauge, "Without a sample.");
  out.metric("b_seconds", Exposition::Type::gauge, "Of b.");
  out.seconds({}, 1'795'169'700'045);
  out.metric("c", Exposition::Type::gauge, "Of c.");
  out.sample({}, 0.25);
  out.sample({}, true);
  BOOST_TEST(out.text() ==
             "# HELP a_total Of a.\n# TYPE a_total counter\n"
             "a_total{x=\"1\"} 3\na_total{x=\"2\",y=\"z\"} 0\n"
             "# HELP b_seconds Of b.\n# TYPE b_seconds gauge\nb_seconds 1795169700.045\n"
             "# HELP c Of c.\n# TYPE c gauge\nc 0.25\nc 1\n");
}

BOOST_AUTO_TEST_CASE(labels_and_help_are_escaped_as_the_format_wants_it) {
  Exposition out;
  out.metric("a", Exposition::Type::gauge, "back\\slash\nand \"quotes\"");
  out.sample({{"x", "back\\slash\nand \"quotes\""}, {"y", "caf\xe9\x01"}}, true);
  BOOST_TEST(out.text() ==
             "# HELP a back\\\\slash\\nand \"quotes\"\n# TYPE a gauge\n"
             "a{x=\"back\\\\slash\\nand \\\"quotes\\\"\",y=\"caf\xef\xbf\xbd \"} 1\n");
}

BOOST_AUTO_TEST_CASE(seconds_have_three_places_on_both_sides_of_zero) {
  Exposition out;
  out.metric("a", Exposition::Type::gauge, "a");
  for (const std::int64_t ms : {0, 1, 999, 1000, -1, -1500}) out.seconds({}, ms);
  BOOST_TEST(out.text().substr(out.text().find("gauge\n") + 6) ==
             "a 0.000\na 0.001\na 0.999\na 1.000\na -0.001\na -1.500\n");
}

BOOST_AUTO_TEST_SUITE_END()

struct MetricsFixture {
  MetricsFixture() {
    report.version = "1.2.3";
    report.now_ms = 1'795'169'700'045;
    report.records.instances = {{"VI_1", State::master}};
    report.records.spool = {{"ops", 0, std::nullopt}};
    report.role.view.newest = State::master;
    report.verdict = Verdict{ExitCode::ok, "every resource serves"};
    report.took = Millis{12};
  }
  bool has(const std::string& line) const { return has_line(render_metrics(report), line); }
  bool names(const std::string& metric) const {
    return render_metrics(report).find("\n" + metric) != std::string::npos;
  }
  MetricsReport report;
};

BOOST_FIXTURE_TEST_SUITE(metrics, MetricsFixture)

BOOST_AUTO_TEST_CASE(version_and_heartbeat_come_first) {
  BOOST_TEST(render_metrics(report).starts_with(
      "# HELP ha_agent_build_info The version that wrote this; always 1.\n"
      "# TYPE ha_agent_build_info gauge\n"
      "ha_agent_build_info{version=\"1.2.3\"} 1\n"));
  BOOST_TEST(has("ha_agent_heartbeat_timestamp_seconds 1795169700.045"));
}

BOOST_AUTO_TEST_CASE(every_state_of_keepalived_has_its_number) {
  const std::pair<State, const char*> kNumbers[] = {{State::none, "0"},   {State::backup, "1"},
                                                    {State::master, "2"}, {State::fault, "3"},
                                                    {State::stop, "0"},   {State::deleted, "0"}};
  for (const auto& [state, number] : kNumbers) {
    report.records.instances = {{"VI_1", state}};
    BOOST_TEST(has(std::string("ha_agent_vrrp_state{iname=\"VI_1\"} ") + number));
  }
}

BOOST_AUTO_TEST_CASE(counters_begin_at_0_for_all_that_may_come) {
  for (const char* const to : {"MASTER", "BACKUP", "FAULT", "STOP"}) {
    BOOST_TEST(has(std::string("ha_agent_transitions_total{iname=\"VI_1\",to=\"") + to + "\"} 0"));
  }
  BOOST_TEST(has("ha_agent_notifications_total{channel=\"ops\"} 0"));
  for (const char* const reason : {"no-answer", "status", "body"}) {
    BOOST_TEST(has(std::string("ha_agent_notifications_failed_total{channel=\"ops\",reason=\"") +
                   reason + "\"} 0"));
  }
  BOOST_TEST(has("ha_agent_dead_letters_total 0"));
  BOOST_TEST(has("ha_agent_spool_messages{channel=\"ops\"} 0"));
  BOOST_TEST(!names("ha_agent_spool_oldest"));
  BOOST_TEST(!names("ha_agent_last_transition"));
}

BOOST_AUTO_TEST_CASE(what_was_counted_is_told_also_of_a_channel_that_is_gone) {
  count_lines(
      R"({"at_ms":1000,"event":"e1","instance":"VI_1","state":"MASTER","type":"event"}
{"at_ms":2000,"event":"e2","instance":"old","state":"DELETED","type":"event"}
{"at_ms":3000,"channel":"gone","event":"e1","result":"dead","status":404,"type":"alert"}
)",
      report.records.counters);
  BOOST_TEST(has("ha_agent_transitions_total{iname=\"VI_1\",to=\"MASTER\"} 1"));
  BOOST_TEST(has("ha_agent_transitions_total{iname=\"VI_1\",to=\"BACKUP\"} 0"));
  BOOST_TEST(has("ha_agent_transitions_total{iname=\"old\",to=\"DELETED\"} 1"));
  BOOST_TEST(has("ha_agent_last_transition_timestamp_seconds 2.000"));
  BOOST_TEST(has("ha_agent_notifications_total{channel=\"gone\"} 1"));
  BOOST_TEST(has("ha_agent_notifications_failed_total{channel=\"gone\",reason=\"status\"} 1"));
  BOOST_TEST(has("ha_agent_dead_letters_total 1"));
}

BOOST_AUTO_TEST_CASE(the_role_is_the_agents_and_the_vip_is_said_where_it_is_set) {
  BOOST_TEST(has("ha_agent_master 1"));
  BOOST_TEST(!names("ha_agent_vip_here"));
  report.role.view.vip_set = true;
  BOOST_TEST(has("ha_agent_master 0"));
  BOOST_TEST(has("ha_agent_vip_here 0"));
  report.role.view.vip_here = true;
  BOOST_TEST(has("ha_agent_master 1"));
  BOOST_TEST(has("ha_agent_vip_here 1"));
}

BOOST_AUTO_TEST_CASE(held_refused_maintenance_watch_lock_and_disk_have_a_gauge_each) {
  for (const char* const name : {"held", "refusals", "maintenance", "watch_running"}) {
    BOOST_TEST(has(std::string("ha_agent_") + name + " 0"), name);
  }
  BOOST_TEST(!names("ha_agent_lock_held"));
  BOOST_TEST(!names("ha_agent_state_dir_free_ratio"));
  report.role.state.held = Held{"mysql main", "lift-read-only", "denied", "e1", 1};
  report.role.state.refusals = {{"mysql main", "stale", "behind"}, {"redis c", "stale", "behind"}};
  report.role.maintenance = Maintenance{};
  report.records.watch_runs = true;
  report.lock = "dcs";
  report.records.lock_held = true;
  report.records.disk_free = 12.5;
  BOOST_TEST(has("ha_agent_held 1"));
  BOOST_TEST(has("ha_agent_refusals 2"));
  BOOST_TEST(has("ha_agent_maintenance 1"));
  BOOST_TEST(has("ha_agent_watch_running 1"));
  BOOST_TEST(has("ha_agent_lock_held{name=\"dcs\"} 1"));
  BOOST_TEST(has("ha_agent_state_dir_free_ratio 0.125"));
}

BOOST_AUTO_TEST_CASE(the_verdict_is_its_exit_code_and_there_is_none_without_resources) {
  BOOST_TEST(has("ha_agent_check_code 0"));
  BOOST_TEST(has("ha_agent_check_duration_seconds 0.012"));
  report.verdict = Verdict{ExitCode::held, "held"};
  BOOST_TEST(has("ha_agent_check_code 3"));
  report.verdict.reset();
  BOOST_TEST(!names("ha_agent_check"));
}

BOOST_AUTO_TEST_CASE(each_level_of_a_probe_is_up_or_not_and_degraded_is_up) {
  const auto probe = [&](Level level) {
    report.findings = {{"http", "api", level, "", Millis{3}, {}}};
    return std::string(has("ha_agent_probe_up{kind=\"http\",name=\"api\"} 1") ? "up" : "down") +
           (has("ha_agent_probe_degraded{kind=\"http\",name=\"api\"} 1") ? " degraded" : "");
  };
  BOOST_TEST(probe(Level::ok) == "up");
  BOOST_TEST(probe(Level::pending) == "up");
  BOOST_TEST(probe(Level::degraded) == "up degraded");
  BOOST_TEST(probe(Level::unknown) == "down");
  BOOST_TEST(probe(Level::no) == "down");
  BOOST_TEST(has("ha_agent_probe_duration_seconds{kind=\"http\",name=\"api\"} 0.003"));
  report.findings[0].facts = {{"asked", false}};
  BOOST_TEST(!names("ha_agent_probe"));
}

BOOST_AUTO_TEST_CASE(a_replica_has_its_lag_and_threads_and_a_primary_has_its_replicas) {
  report.findings = {{"mysql",
                      "main",
                      Level::ok,
                      "",
                      Millis{1},
                      {{"writable", false},
                       {"receiver", std::string("connecting")},
                       {"applier", std::string("running")},
                       {"lag_ms", std::int64_t{2500}}}},
                     {"redis",
                      "cache",
                      Level::ok,
                      "",
                      Millis{1},
                      {{"role", std::string("replica")}, {"link_up", true}}}};
  BOOST_TEST(has("ha_agent_writable{kind=\"mysql\",name=\"main\"} 0"));
  BOOST_TEST(has("ha_agent_writable{kind=\"redis\",name=\"cache\"} 0"));
  BOOST_TEST(has("ha_agent_replication_lag_seconds{kind=\"mysql\",name=\"main\"} 2.5"));
  BOOST_TEST(has("ha_agent_receiver_running{kind=\"mysql\",name=\"main\"} 0"));
  BOOST_TEST(has("ha_agent_applier_running{kind=\"mysql\",name=\"main\"} 1"));
  BOOST_TEST(has("ha_agent_link_up{kind=\"redis\",name=\"cache\"} 1"));
  BOOST_TEST(!names("ha_agent_replicas"));

  report.findings[0].facts = {{"writable", true},
                              {"receiver", std::string("none")},
                              {"applier", std::string("none")},
                              {"replicas", std::int64_t{1}}};
  report.findings[1].facts = {{"role", std::string("primary")}, {"writes_fenced", false}};
  BOOST_TEST(has("ha_agent_writable{kind=\"mysql\",name=\"main\"} 1"));
  BOOST_TEST(has("ha_agent_writable{kind=\"redis\",name=\"cache\"} 1"));
  BOOST_TEST(has("ha_agent_replicas{kind=\"mysql\",name=\"main\"} 1"));
  BOOST_TEST(!names("ha_agent_receiver_running"));
  BOOST_TEST(!names("ha_agent_applier_running"));
  BOOST_TEST(!names("ha_agent_replication_lag_seconds"));
  report.findings[1].facts = {{"role", std::string("primary")}, {"writes_fenced", true}};
  BOOST_TEST(has("ha_agent_writable{kind=\"redis\",name=\"cache\"} 0"));
}

BOOST_AUTO_TEST_CASE(alerts_that_wait_and_rules_that_fire) {
  report.records.spool = {{"ops", 3, 1'000'500}};
  report.records.dead_letters = 2;
  report.records.rules = {{"slow", "mysql main", true}, {"disk", "/var", false}};
  BOOST_TEST(has("ha_agent_spool_messages{channel=\"ops\"} 3"));
  BOOST_TEST(has("ha_agent_spool_oldest_timestamp_seconds{channel=\"ops\"} 1000.500"));
  BOOST_TEST(has("ha_agent_dead_letter_messages 2"));
  BOOST_TEST(has("ha_agent_rule_firing{rule=\"slow\",about=\"mysql main\"} 1"));
  BOOST_TEST(has("ha_agent_rule_firing{rule=\"disk\",about=\"/var\"} 0"));
}

BOOST_AUTO_TEST_SUITE_END()

struct CountersFixture {
  void put(int events, int deliveries = 0) const {
    for (int i = 0; i < events; ++i) {
      journal(dir, "event", {{"event", "e"}, {"instance", "VI_1"}, {"state", "MASTER"}});
    }
    for (int i = 0; i < deliveries; ++i) {
      journal(dir, "alert",
              {{"event", "e"}, {"channel", "ops"}, {"result", "retry"}, {"status", 0}});
    }
  }
  /// So that the next line but one begins a new file.
  void fill() const {
    std::ofstream(dir.journal(), std::ios::app)
        << R"({"pad":")" << std::string(std::size_t{4} << 20U, 'x') << "\"}\n";
  }
  std::uint64_t events() const {
    const auto counters = read_counters(dir);
    BOOST_REQUIRE(counters.has_value());
    const auto found = counters->transitions.find({"VI_1", "MASTER"});
    return found == counters->transitions.end() ? 0 : found->second;
  }
  std::uint64_t tries() const { return read_counters(dir)->tries["ops"]; }

  test::TempDir temp;
  StateDir dir{temp.path()};
};

BOOST_FIXTURE_TEST_SUITE(counters, CountersFixture)

BOOST_AUTO_TEST_CASE(without_a_journal_all_is_0) {
  BOOST_TEST((read_counters(dir).value() == Counters{}));
}

BOOST_AUTO_TEST_CASE(only_events_and_tries_count) {
  Counters all;
  count_lines(
      R"({"instance":"VI_1","state":"MASTER","at_ms":5,"type":"event"}
{"to":"MASTER","instance":"VI_1","type":"begin"}
{"detail":"\"type\":\"event\"","state":"MASTER","type":"step"}
{"state":"SIDEWAYS","type":"event"}
{"channel":"ops","result":"ok","status":200,"type":"alert"}
{"channel":"ops","result":"retry","status":0,"type":"alert"}
{"channel":"ops","result":"retry","status":503,"type":"alert"}
{"channel":"ops","result":"dead","status":200,"type":"alert"}
{"channel":"ops","result":"dropped","type":"alert"}
"type":"event"
{"instance":"VI_1","state":"MASTER","type":"event")",
      all);
  BOOST_TEST(all.transitions.size() == 1U);
  BOOST_TEST((all.transitions[{"VI_1", "MASTER"}]) == 1U);
  BOOST_TEST(all.last_transition_ms == 5);
  BOOST_TEST(all.tries["ops"] == 4U);
  BOOST_TEST((all.failed[{"ops", "no-answer"}]) == 1U);
  BOOST_TEST((all.failed[{"ops", "status"}]) == 1U);
  BOOST_TEST((all.failed[{"ops", "body"}]) == 1U);
  BOOST_TEST(all.dead == 1U);
}

BOOST_AUTO_TEST_CASE(a_status_of_200_and_one_of_299_are_successes_that_the_body_denies) {
  BOOST_TEST(failure_reason(199) == std::string("status"));
  BOOST_TEST(failure_reason(200) == std::string("body"));
  BOOST_TEST(failure_reason(299) == std::string("body"));
  BOOST_TEST(failure_reason(300) == std::string("status"));
  BOOST_TEST(failure_reason(0) == std::string("no-answer"));
}

BOOST_AUTO_TEST_CASE(what_the_journal_has_forgotten_is_counted_on) {
  std::uint64_t all = 0;
  for (int round = 1; round <= 4; ++round) {
    put(3, 2);
    all += 3;
    BOOST_TEST(events() == all);
    fill();
    put(1);  // this line still goes to the long file, or begins the new one
    ++all;
    BOOST_TEST(events() == all);
  }
  BOOST_TEST(tries() == 8U);
  BOOST_TEST(std::filesystem::exists(counters_path(dir)));
}

BOOST_AUTO_TEST_CASE(killed_between_counting_and_replacing_counts_once) {
  put(3);
  fill();
  put(2);  // 3 in the old file
  BOOST_REQUIRE(std::filesystem::exists(journal_before(dir)));
  BOOST_TEST(keep_counters(dir, [] {}).has_value());
  BOOST_TEST(events() == 5U);
  BOOST_TEST(keep_counters(dir, [] {}).has_value());
  BOOST_TEST(events() == 5U);
  fill();
  put(2);
  BOOST_TEST(events() == 7U);
  fill();
  put(2);
  BOOST_TEST(events() == 9U);
}

BOOST_AUTO_TEST_CASE(
    an_unreadable_counter_file_is_begun_anew_and_an_unreadable_journal_is_an_error) {
  put(1);
  std::ofstream(counters_path(dir)) << "{\"transitions\":7,\"tries\":[],\"dead\":-3,";
  BOOST_TEST(events() == 1U);
  std::filesystem::remove(dir.journal());
  std::filesystem::create_directory(dir.journal());
  BOOST_TEST(!read_counters(dir).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
