// The rules of [alert] sections: what they are about, when they fire and end, and what is said.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/atomic_file.h"
#include "agent/metric.h"
#include "agent/sample.h"
#include "agent/sample_log.h"
#include "checks/machine.h"
#include "checks/sampling.h"
#include "notify/alert_json.h"
#include "notify/alert_text.h"
#include "notify/message.h"
#include "notify/quiet_hours.h"
#include "notify/resource_history.h"
#include "notify/rule.h"
#include "notify/rule_states.h"
#include "tests/support/config_text.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

using test::TempDir;

AlertRuleConfig lag_rule(Millis hold = Millis{60'000}) {
  AlertRuleConfig rule;
  rule.name = "lag";
  rule.metric = Metric::replication_lag;
  rule.threshold = 30'000;
  rule.hold = hold;
  rule.repeat_interval = Millis{3'600'000};
  return rule;
}

Reading value(double number) {
  return {Reading::Kind::value, number, ""};
}
const Reading kUnknown;
const Reading kNone{Reading::Kind::none, 0, ""};

constexpr std::int64_t kStart = 1'795'169'700'000;

/// One rule and the readings it gets, `at` seconds after kStart.
struct Judge {
  AlertRuleConfig rule = lag_rule();
  RuleState state;
  RuleNews operator()(int at, const Reading& reading) {
    return judge_rule(state, rule, reading, kStart + at * 1000LL);
  }
};

Alert about_lag(Subject subject, double lag) {
  Alert alert;
  alert.subject = subject;
  alert.event_id = "20261120T101500.123-1-1-lag";
  alert.node = "db2";
  alert.instance = "VI_1";
  alert.vip = "192.0.2.100";
  alert.to = State::backup;
  alert.at_ms = kStart + 372'000;
  alert.graveness = Severity::warning;
  RuleReport report;
  report.name = "lag";
  report.about = "mysql main";
  report.metric = Metric::replication_lag;
  report.threshold = 30'000;
  report.value = lag;
  report.since_ms = kStart;
  report.repeat = Millis{3'600'000};
  alert.rule = report;
  return alert;
}

ResourceSample sampled(Level level, Millis took = Millis{3}) {
  ResourceSample sample;
  sample.resource = "mysql main";
  sample.level = level;
  sample.took = took;
  return sample;
}

AlertRuleConfig rule_on(Metric metric, Millis window = Millis{60'000}) {
  AlertRuleConfig rule;
  rule.metric = metric;
  rule.window = window;
  return rule;
}

BOOST_AUTO_TEST_SUITE(alert_rules)

BOOST_AUTO_TEST_CASE(a_threshold_has_the_unit_of_its_metric) {
  BOOST_TEST(parse_threshold(Metric::replication_lag, "30s").value_or(-1) == 30'000);
  BOOST_TEST(!parse_threshold(Metric::replication_lag, "30"));
  BOOST_TEST(parse_threshold(Metric::disk_free, "15%").value_or(-1) == 15);
  BOOST_TEST(parse_threshold(Metric::disk_free, "12.5 %").value_or(-1) == 12.5);
  BOOST_TEST(!parse_threshold(Metric::disk_free, "15"));
  BOOST_TEST(!parse_threshold(Metric::disk_free, "101%"));
  BOOST_TEST(!parse_threshold(Metric::disk_free, "-1%"));
  BOOST_TEST(parse_threshold(Metric::database_size, "50GiB").value_or(-1) == 50.0 * (1 << 30));
  BOOST_TEST(parse_threshold(Metric::database_size, "1.5 KiB").value_or(-1) == 1536);
  BOOST_TEST(!parse_threshold(Metric::database_size, "50GB"));
  BOOST_TEST(!parse_threshold(Metric::database_size, "GiB"));
  BOOST_TEST(parse_threshold(Metric::connection_count, "200").value_or(-1) == 200);
  BOOST_TEST(!parse_threshold(Metric::connection_count, "1.5"));
  BOOST_TEST(parse_threshold(Metric::load, "1.5").value_or(-1) == 1.5);
  for (const char* none : {"", "inf", "nan", "1e3", "0x10", "-1", "+1", "1 2"}) {
    BOOST_TEST(!parse_threshold(Metric::load, none), none);
  }
}

BOOST_AUTO_TEST_CASE(each_comparison_at_its_boundary) {
  const auto all = [](double number) {
    std::string text;
    for (const Comparison each : {Comparison::above, Comparison::below, Comparison::at_least,
                                  Comparison::at_most, Comparison::equal, Comparison::unequal}) {
      text += compare(number, each, 10) ? 'y' : 'n';
    }
    return text;
  };
  BOOST_TEST(all(9) == "nynyny");
  BOOST_TEST(all(10) == "nnyyyn");
  BOOST_TEST(all(11) == "ynynny");
}

BOOST_AUTO_TEST_CASE(what_is_configured_must_fit_together) {
  const auto text = [](const std::string& rule) {
    const Loaded loaded = parse_config(
        "f", "[mysql main]\nsocket = /s\nuser = u\n[webhook ops]\nurl = https://x/y\n[alert a]\n" +
                 rule);
    std::string all;
    for (const Problem& problem : loaded.problems) all += problem.text + "\n";
    for (const Problem& warning : loaded.warnings) all += "warning: " + warning.text + "\n";
    return all;
  };
  BOOST_TEST(text("metric = replication_lag\nthreshold = 30s\nresource = mysql main\n") == "");
  BOOST_TEST(text("metric = load\nthreshold = 2\n") == "");
  BOOST_TEST(text("metric = replication_lag\nthreshold = 30\n") ==
             "f:8: [alert a] threshold: expected a duration such as 30s (units: ms, s, m, h, d) "
             "with metric = replication_lag, got '30'\n");
  BOOST_TEST(text("metric = replication_lag\nthreshold = 30s\nresource = redis cache\n") ==
             "f:9: [alert a] resource: expected a kind and a name, of kind mysql, with metric = "
             "replication_lag, got 'redis cache'\n");
  BOOST_TEST(text("metric = replication_lag\nthreshold = 30s\nresource = mysql other\n") ==
             "f: [alert a] resource: expected the kind and name of a section, such as mysql main, "
             "got 'mysql other'\n");
  BOOST_TEST(text("metric = load\nthreshold = 2\nresource = mysql main\n") ==
             "f:9: [alert a] resource: expected none with metric = load, which is of this machine, "
             "got 'mysql main'\n");
  BOOST_TEST(text("metric = load\nthreshold = 2\nwindow = 1m\npath = /x\n") ==
             "warning: f:9: [alert a] window: has no effect with metric = load\n"
             "warning: f:10: [alert a] path: has no effect with metric = load\n");
  BOOST_TEST(text("metric = network_latency\nthreshold = 100ms\n") ==
             "warning: f: [alert a]: no section has a peer_host, so there is no network_latency\n");
  BOOST_TEST(text("metric = lag\nthreshold = 2\n")
                 .starts_with("f:7: [alert a] metric: expected response_time, replication_lag, "));
}

BOOST_AUTO_TEST_CASE(a_rule_fires_after_its_time_repeats_and_ends_after_its_time) {
  Judge judge;
  BOOST_TEST((judge(0, value(30'000)) == RuleNews::none));
  BOOST_TEST(judge.state.holds_ms == 0);
  BOOST_TEST((judge(1, value(30'001)) == RuleNews::none));
  BOOST_TEST((judge(60, value(40'000)) == RuleNews::none));
  BOOST_TEST((judge(61, value(40'000)) == RuleNews::firing));
  BOOST_TEST(judge.state.firing_ms == kStart + 1000);
  BOOST_TEST((judge(62, value(40'000)) == RuleNews::none));
  BOOST_TEST((judge(61 + 3599, value(40'000)) == RuleNews::none));
  BOOST_TEST((judge(61 + 3600, value(40'000)) == RuleNews::again));
  BOOST_TEST((judge(61 + 3601, value(40'000)) == RuleNews::none));
  BOOST_TEST((judge(4000, value(0)) == RuleNews::none));
  BOOST_TEST((judge(4059, value(0)) == RuleNews::none));
  BOOST_TEST((judge(4060, value(0)) == RuleNews::resolved));
  BOOST_TEST((judge.state == RuleState{}));
  BOOST_TEST((judge(4061, value(0)) == RuleNews::none));
}

BOOST_AUTO_TEST_CASE(a_moment_without_it_begins_the_time_anew) {
  Judge judge;
  judge(0, value(40'000));
  judge(30, value(10));
  judge(31, value(40'000));
  BOOST_TEST((judge(61, value(40'000)) == RuleNews::none));
  BOOST_TEST((judge(91, value(40'000)) == RuleNews::firing));
  judge(100, value(0));
  judge(130, value(40'000));
  BOOST_TEST((judge(160, value(0)) == RuleNews::none));
  BOOST_TEST((judge(219, value(0)) == RuleNews::none));
  BOOST_TEST((judge(220, value(0)) == RuleNews::resolved));
}

BOOST_AUTO_TEST_CASE(what_is_not_known_neither_begins_nor_ends_and_what_is_not_there_ends) {
  Judge judge;
  judge(0, value(40'000));
  judge(30, kUnknown);
  BOOST_TEST((judge(61, value(40'000)) == RuleNews::none));
  BOOST_TEST((judge(121, value(40'000)) == RuleNews::firing));
  BOOST_TEST((judge(1000, kUnknown) == RuleNews::none));
  BOOST_TEST((judge(121 + 3600, kUnknown) == RuleNews::again));
  judge(4000, kNone);
  BOOST_TEST((judge(4060, kNone) == RuleNews::resolved));
}

BOOST_AUTO_TEST_CASE(without_a_time_it_fires_at_once_and_without_an_interval_it_is_told_once) {
  Judge judge;
  judge.rule.hold = Millis{0};
  judge.rule.repeat_interval = Millis{0};
  BOOST_TEST((judge(0, value(40'000)) == RuleNews::firing));
  BOOST_TEST((judge(1'000'000, value(40'000)) == RuleNews::none));
  BOOST_TEST((judge(1'000'001, value(0)) == RuleNews::resolved));
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_keeps_nothing_from_firing_and_ending) {
  Judge judge;
  judge(100'000, value(40'000));
  BOOST_TEST((judge(0, value(40'000)) == RuleNews::none));
  BOOST_TEST((judge(60, value(40'000)) == RuleNews::firing));
  judge(100, value(0));
  judge(10, value(0));
  BOOST_TEST((judge(70, value(0)) == RuleNews::resolved));
}

BOOST_AUTO_TEST_CASE(a_sample_is_a_line_and_back) {
  Sample sample;
  sample.at_ms = kStart;
  sample.resources.push_back(sampled(Level::ok));
  sample.resources[0].lag = Millis{2000};
  sample.resources[0].connections = 17;
  sample.resources.push_back(sampled(Level::no));
  sample.resources[1].resource = "redis cache";
  sample.resources[1].dataset_bytes = 4096;
  sample.resources[1].no_source = true;
  sample.resources[1].seen = "refused\n\"";
  const std::string line = format_sample(sample);
  BOOST_TEST(line.find('\n') == std::string::npos);
  const auto back = parse_sample(line);
  BOOST_REQUIRE(back.has_value());
  BOOST_REQUIRE_EQUAL(back->resources.size(), 2U);
  BOOST_TEST(format_sample(*back) == line);
  BOOST_TEST(back->resources[0].lag->count() == 2000);
  BOOST_TEST(back->resources[1].no_source);
  for (const char* none : {"", "{", "[]", "{\"at_ms\":0}", "7", "{\"at_ms\":\"x\"}"}) {
    BOOST_TEST(!parse_sample(none).has_value(), none);
  }
}

BOOST_AUTO_TEST_CASE(a_finding_becomes_numbers_and_what_was_not_asked_does_not) {
  const std::vector<Finding> findings{
      {"mysql",
       "main",
       Level::ok,
       "replica of db1, lag 2 s",
       Millis{3},
       {{"receiver", std::string("running")},
        {"lag_ms", std::int64_t{2000}},
        {"connections", std::int64_t{5}}}},
      {"mysql", "other", Level::no, "refused", Millis{1}, {{"receiver", std::string("none")}}},
      {"http", "api", Level::ok, "not asked", Millis{0}, {{"asked", false}}}};
  const Sample sample = sample_of(findings, kStart);
  BOOST_REQUIRE_EQUAL(sample.resources.size(), 2U);
  BOOST_TEST(sample.resources[0].lag->count() == 2000);
  BOOST_TEST(*sample.resources[0].connections == 5);
  BOOST_TEST(!sample.resources[0].no_source);
  BOOST_TEST(sample.resources[0].seen == "");
  BOOST_TEST(sample.resources[1].no_source);
  BOOST_TEST(sample.resources[1].seen == "refused");
}

BOOST_AUTO_TEST_CASE(a_tail_reads_what_was_there_what_comes_and_over_a_rotation) {
  const TempDir temp;
  const StateDir dir{temp.path()};
  SampleTail empty(dir);
  BOOST_TEST(empty.read().empty());
  const auto add = [&](std::int64_t at) {
    Sample sample;
    sample.at_ms = at;
    sample.resources.push_back(sampled(Level::ok));
    BOOST_TEST(append_sample(dir, sample).has_value());
  };
  const auto times = [](const std::vector<Sample>& samples) {
    std::vector<std::int64_t> all;
    for (const Sample& sample : samples) all.push_back(sample.at_ms);
    return all;
  };
  using Times = std::vector<std::int64_t>;
  add(1);
  BOOST_TEST((times(empty.read()) == Times{1}));
  // Half a line, as a full disk leaves it, takes the one that is appended to it along.
  std::ofstream(dir.check() + "/samples.jsonl", std::ios::app) << "{\"at_ms\":2,\"res";
  add(3);
  BOOST_TEST(empty.read().empty());
  add(5);
  BOOST_TEST((times(empty.read()) == Times{5}));
  std::filesystem::rename(dir.check() + "/samples.jsonl", dir.check() + "/samples.1.jsonl");
  add(4);
  BOOST_TEST((times(empty.read()) == Times{4}));
  SampleTail all(dir);
  BOOST_TEST((times(all.read()) == Times{1, 5, 4}));
  BOOST_TEST(all.read().empty());
}

BOOST_AUTO_TEST_CASE(a_samples_file_that_leads_elsewhere_or_hangs_is_not_read) {
  const TempDir temp;
  const StateDir dir{temp.path()};
  BOOST_REQUIRE(make_dir(dir.check()).has_value());
  std::filesystem::create_symlink("/dev/zero", dir.check() + "/samples.jsonl");
  BOOST_REQUIRE(::mkfifo((dir.check() + "/samples.1.jsonl").c_str(), 0600) == 0);
  SampleTail tail(dir);
  BOOST_TEST(tail.read().empty());
}

BOOST_AUTO_TEST_CASE(only_a_large_file_is_rotated) {
  const TempDir temp;
  const StateDir dir{temp.path()};
  BOOST_REQUIRE(make_dir(dir.check()).has_value());
  const std::string path = dir.check() + "/samples.jsonl";
  BOOST_REQUIRE(write_file(path, std::string(kSampleLogMax, 'x')).has_value());
  BOOST_TEST(rotate_samples(dir).has_value());
  BOOST_TEST(std::filesystem::exists(path));
  BOOST_REQUIRE(write_file(path, std::string(kSampleLogMax + 1, 'x')).has_value());
  BOOST_TEST(rotate_samples(dir).has_value());
  BOOST_TEST(!std::filesystem::exists(path));
  BOOST_TEST(std::filesystem::exists(dir.check() + "/samples.1.jsonl"));
}

BOOST_AUTO_TEST_CASE(of_a_server_that_hangs_the_response_time_grows) {
  ResourceHistory history;
  const AlertRuleConfig rule = rule_on(Metric::response_time);
  BOOST_TEST((history.read(rule, kStart).kind == Reading::Kind::unknown));
  history.add(sampled(Level::ok, Millis{7}), kStart);
  BOOST_TEST(history.read(rule, kStart).value == 7);
  history.add(sampled(Level::unknown, Millis{800}), kStart + 1000);
  BOOST_TEST(history.read(rule, kStart + 1000).value == 1000);
  history.add(sampled(Level::unknown, Millis{800}), kStart + 9000);
  BOOST_TEST(history.read(rule, kStart + 9000).value == 9000);
  history.add(sampled(Level::no, Millis{1}), kStart + 10'000);
  BOOST_TEST(history.read(rule, kStart + 10'000).value == 1);
  BOOST_TEST((history.read(rule, kStart + 70'001).kind == Reading::Kind::unknown));
}

BOOST_AUTO_TEST_CASE(failures_are_counted_within_the_window) {
  ResourceHistory history;
  const AlertRuleConfig rule = rule_on(Metric::error_count, Millis{60'000});
  for (int second : {0, 10, 20}) history.add(sampled(Level::no), kStart + second * 1000);
  history.add(sampled(Level::degraded), kStart + 30'000);
  history.add(sampled(Level::pending), kStart + 31'000);
  history.add(sampled(Level::unknown), kStart + 59'000);
  BOOST_TEST(history.read(rule, kStart + 59'999).value == 4);
  BOOST_TEST(history.read(rule, kStart + 60'000).value == 3);
  BOOST_TEST(history.read(rule, kStart + 70'000).value == 2);
}

BOOST_AUTO_TEST_CASE(a_primary_has_no_lag_and_a_receiver_that_stands_does_not_tell) {
  ResourceHistory history;
  const AlertRuleConfig rule = rule_on(Metric::replication_lag);
  ResourceSample sample = sampled(Level::ok);
  sample.lag = Millis{3000};
  history.add(sample, kStart);
  BOOST_TEST(history.read(rule, kStart).value == 3000);
  sample.lag.reset();
  history.add(sample, kStart);
  BOOST_TEST((history.read(rule, kStart).kind == Reading::Kind::unknown));
  sample.no_source = true;
  history.add(sample, kStart);
  BOOST_TEST((history.read(rule, kStart).kind == Reading::Kind::none));
}

BOOST_AUTO_TEST_CASE(a_probe_is_up_or_not_and_a_pending_one_is_neither) {
  ResourceHistory history;
  const AlertRuleConfig rule = rule_on(Metric::probe_up);
  const auto after = [&](Level level) {
    history.add(sampled(level), kStart);
    const Reading reading = history.read(rule, kStart);
    return reading.kind == Reading::Kind::unknown ? -1 : static_cast<int>(reading.value);
  };
  BOOST_TEST(after(Level::ok) == 1);
  BOOST_TEST(after(Level::degraded) == 1);
  BOOST_TEST(after(Level::no) == 0);
  BOOST_TEST(after(Level::unknown) == 0);
  BOOST_TEST(after(Level::pending) == -1);
}

BOOST_AUTO_TEST_CASE(memory_in_use_is_what_is_not_available) {
  BOOST_TEST(
      memory_used("MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:  250 kB\n").value_or(-1) ==
      75);
  BOOST_TEST(!memory_used("MemTotal: 1000 kB\n"));
  BOOST_TEST(!memory_used(""));
  BOOST_TEST(!disk_free("/no/such/folder"));
  const auto free = disk_free("/");
  BOOST_REQUIRE(free.has_value());
  BOOST_TEST((*free >= 0 && *free <= 100));
}

BOOST_AUTO_TEST_CASE(what_is_said_in_english_and_chinese) {
  Alert alert = about_lag(Subject::rule_firing, 45'000);
  BOOST_TEST(alert_headline(alert, Lang::en) ==
             "BACKUP db2 VI_1: ALERT lag: replication_lag of mysql main is 45.0 s, which is > "
             "30.0 s, since 2026-11-20 10:15:00 +00:00");
  BOOST_TEST(alert_headline(alert, Lang::zh_cn) ==
             "BACKUP db2 VI_1: 告警（ALERT）lag：mysql main 的 replication_lag 为 45.0 秒，> 30.0 "
             "秒，自 2026-11-20 10:15:00 +00:00 起");
  alert.rule->again = true;
  BOOST_TEST(alert_headline(alert, Lang::en).find("ALERT lag goes on: ") != std::string::npos);
  alert = about_lag(Subject::rule_resolved, 0);
  BOOST_TEST(alert_headline(alert, Lang::en) ==
             "BACKUP db2 VI_1: RESOLVED lag: replication_lag of mysql main is under 1 ms, no "
             "longer > 30.0 s as it was for 6 min 12 s");
  alert.rule->value.reset();
  BOOST_TEST(alert_headline(alert, Lang::en).find("no longer measured") != std::string::npos);
  BOOST_TEST(format_value(Lang::en, Metric::database_size, 1536) == "1.5 KiB");
  BOOST_TEST(format_value(Lang::en, Metric::database_size, 512) == "512 B");
  BOOST_TEST(format_value(Lang::en, Metric::disk_free, 12.34) == "12.3 %");
  BOOST_TEST(format_value(Lang::en, Metric::load, 1.5) == "1.50");
  BOOST_TEST(format_value(Lang::en, Metric::connection_count, 200) == "200");
  BOOST_TEST(format_took(Lang::en, Millis{90'000'000}) == "1 d 1 h");
}

BOOST_AUTO_TEST_CASE(a_condition_has_one_key_from_its_beginning_to_its_end_on_both_nodes) {
  const auto message = [](const Alert& alert) { return message_of(alert, Lang::en, alert.at_ms); };
  const Message begin = message(about_lag(Subject::rule_firing, 45'000));
  Alert other = about_lag(Subject::rule_resolved, 0);
  other.node = "db1";
  const Message end = message(other);
  BOOST_TEST(begin.firing);
  BOOST_TEST(!begin.resolved);
  BOOST_TEST(end.resolved);
  BOOST_TEST(!end.firing);
  BOOST_TEST(begin.dedup_key == end.dedup_key);
  BOOST_TEST((begin.severity == Severity::warning));
  BOOST_TEST(begin.condition == "lag");
  other.rule->metric = Metric::load;
  other.rule->about = "";
  Alert mine = other;
  mine.node = "db2";
  BOOST_TEST(message(other).dedup_key != message(mine).dedup_key);
}

BOOST_AUTO_TEST_CASE(a_rule_in_the_outbox_is_the_same_when_it_is_read) {
  const Alert alert = about_lag(Subject::rule_firing, 45'000.5);
  const Alert back = alert_from_json(nlohmann::json::parse(alert_to_json(alert).dump()));
  BOOST_TEST(alert_headline(back, Lang::en) == alert_headline(alert, Lang::en));
  BOOST_TEST(alert_to_json(back) == alert_to_json(alert));
  BOOST_TEST((severity_of(back) == Severity::warning));
}

BOOST_AUTO_TEST_CASE(the_end_of_what_was_told_is_not_held_in_quiet_hours) {
  ChannelConfig channel;
  const int minute = minute_of_day(kStart);
  channel.quiet_hours = {minute, (minute + 2) % 1440};
  BOOST_TEST(waits_for_morning(channel, about_lag(Subject::rule_firing, 45'000), kStart));
  BOOST_TEST(!waits_for_morning(channel, about_lag(Subject::rule_resolved, 0), kStart));
}

BOOST_AUTO_TEST_CASE(states_survive_a_restart_and_a_file_that_is_none_is_no_state) {
  const TempDir temp;
  const StateDir dir{temp.path()};
  BOOST_TEST(read_rule_states(dir).rules.empty());
  RuleStates states;
  states.judged_ms = kStart;
  KeptRule kept;
  kept.report = *about_lag(Subject::rule_firing, 45'000).rule;
  kept.severity = Severity::critical;
  kept.state = {1, 2, 3, 4};
  states.rules["lag/mysql main"] = kept;
  BOOST_REQUIRE(write_rule_states(dir, states, Durability::relaxed).has_value());
  const RuleStates back = read_rule_states(dir);
  BOOST_TEST(back.judged_ms == kStart);
  BOOST_REQUIRE(back.rules.contains("lag/mysql main"));
  const KeptRule& read = back.rules.at("lag/mysql main");
  BOOST_TEST((read.state == kept.state));
  BOOST_TEST((read.severity == Severity::critical));
  BOOST_TEST(rule_to_json(read.report) == rule_to_json(kept.report));
  for (const char* text : {"", "[]", "{\"rules\":7}", "{\"rules\":{\"a\":7}}"}) {
    BOOST_REQUIRE(write_file(dir.rules(), text).has_value());
    BOOST_TEST(read_rule_states(dir).rules.empty(), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
