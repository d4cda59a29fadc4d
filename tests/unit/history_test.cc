#include "notify/history.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "notify/alerts_command.h"
#include "notify/columns.h"
#include "notify/wrap.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::int64_t kAt = 1'795'169'700'123;

std::vector<json> parse(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

const std::string kPromotion =
    R"({"type":"event","event":"e1","instance":"VI_1","state":"MASTER","priority":100,"at_ms":1795169700123}
{"type":"begin","event":"e1","instance":"VI_1","from":"BACKUP","to":"MASTER","at_ms":1795169700124}
{"type":"step","event":"e1","resource":"mysql main","step":"drain","ok":true,"took_ms":120,"detail":"12 transactions applied","at_ms":1795169700255}
{"type":"step","event":"e1","resource":"redis cache","step":"promote","ok":true,"took_ms":2.25,"detail":"","at_ms":1795169700135}
{"type":"end","event":"e1","outcome":"done","took_ms":312,"problems":[],"at_ms":1}
{"type":"alert","event":"e1","channel":"ops","result":"retry","attempt":1,"status":500,"error":"HTTP 500","at_ms":1}
{"type":"alert","event":"e1","channel":"ops","result":"ok","attempt":2,"status":200,"error":"","at_ms":1}
)";

struct Utc {
  Utc() {
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
  }
};

std::vector<HistoryItem> build(const std::string& text) {
  return build_history(parse(text), {}, {});
}

OutboxEntry entry(const std::string& event, const std::string& channel) {
  OutboxEntry made;
  made.channel = channel;
  made.alert.event_id = event;
  made.alert.node = "db1";
  made.alert.instance = "VI_1";
  made.alert.to = State::master;
  made.alert.at_ms = kAt;
  made.attempts = 3;
  made.last_error = "HTTP 500";
  return made;
}

Config config_with_ops() {
  Config config;
  config.webhook.emplace_back();
  config.webhook.back().name = "ops";
  return config;
}

BOOST_FIXTURE_TEST_SUITE(history, Utc)

BOOST_AUTO_TEST_CASE(an_empty_journal_says_so) {
  BOOST_TEST(render_history_text({}) == "no transitions yet\n");
  BOOST_TEST(render_history_json({}) == "[]\n");
}

BOOST_AUTO_TEST_CASE(a_transition_reads_as_a_block_with_steps_and_alerts) {
  BOOST_TEST(render_history_text(build(kPromotion)) ==
             "2026-11-20 10:15:00 +00:00  VI_1  BACKUP -> MASTER  done in 312 ms\n"
             "  id e1\n"
             "  mysql main   drain    ok       120 ms  12 transactions applied\n"
             "  redis cache  promote  ok       2.2 ms\n"
             "  alert ops: delivered after 2 tries\n");
}

BOOST_AUTO_TEST_CASE(it_reads_in_chinese_in_columns_too) {
  BOOST_TEST(render_history_text(build(kPromotion), Lang::zh_cn) ==
             "2026-11-20 10:15:00 +00:00  VI_1  BACKUP -> MASTER  已完成，用时 312 毫秒\n"
             "  编号 e1\n"
             "  mysql main   drain    成功 120 毫秒  12 transactions applied\n"
             "  redis cache  promote  成功 2.2 毫秒\n"
             "  告警 ops: 已送达，尝试 2 次\n");
}

BOOST_AUTO_TEST_CASE(a_failure_is_loud_and_no_line_is_wider_than_80_columns) {
  const std::string text = render_history_text(build(
      R"j({"type":"begin","event":"e1","instance":"VI_1","from":"BACKUP","to":"MASTER","at_ms":1795169700123}
{"type":"step","event":"e1","resource":"mysql main","step":"lift-read-only","ok":false,"took_ms":3,"detail":"1227 Access denied; you need (at least one of) the READ_ONLY ADMIN privilege(s) for this operation"}
{"type":"end","event":"e1","outcome":"failed","took_ms":9012,"problems":["mysql main: lift-read-only: 1227 Access denied; you need (at least one of) the READ_ONLY ADMIN privilege(s) for this operation","redis cache: the server is silent"]}
)j"));
  BOOST_TEST(text ==
             "2026-11-20 10:15:00 +00:00  VI_1  BACKUP -> MASTER  FAILED after 9.0 s\n"
             "  id e1\n"
             "  mysql main  lift-read-only  FAILED   3.0 ms  1227 Access denied; you need (at\n"
             "      least one of) the READ_ONLY ADMIN privilege(s) for this operation\n"
             "  ! redis cache: the server is silent\n");
}

BOOST_AUTO_TEST_CASE(what_was_begun_and_not_ended_is_unfinished_until_something_came_after_it) {
  const std::string begun =
      R"({"type":"begin","event":"e1","instance":"VI_1","from":"none","to":"MASTER","at_ms":1}
)";
  BOOST_TEST(build(begun).at(0).outcome == "unfinished");
  const auto items =
      build(begun + R"({"type":"begin","event":"e2","instance":"VI_1","from":"MASTER","to":"FAULT"}
)");
  BOOST_TEST(items.at(0).outcome == "interrupted");
  BOOST_TEST(items.at(1).outcome == "unfinished");
}

BOOST_AUTO_TEST_CASE(a_hook_that_takes_up_what_a_killed_one_left_is_the_same_transition) {
  const auto items = build(
      R"({"type":"begin","event":"e1","instance":"VI_1","from":"BACKUP","to":"MASTER"}
{"type":"step","event":"e1","resource":"a","step":"x","ok":true,"took_ms":1}
{"type":"begin","event":"e1","instance":"VI_1","from":"MASTER","to":"MASTER"}
{"type":"step","event":"e1","resource":"a","step":"y","ok":true,"took_ms":1}
{"type":"end","event":"e1","outcome":"done","took_ms":5,"problems":[]}
)");
  BOOST_REQUIRE_EQUAL(items.size(), 1U);
  BOOST_TEST(items[0].from == "BACKUP");
  BOOST_TEST(items[0].steps.size() == 2U);
  BOOST_TEST(items[0].outcome == "done");
}

BOOST_AUTO_TEST_CASE(an_event_that_nobody_worked_on_is_recorded_or_superseded) {
  const std::string event =
      R"({"type":"event","event":"e1","instance":"VI_1","state":"BACKUP","at_ms":1}
)";
  BOOST_TEST(build(event).at(0).outcome == "recorded");
  const auto items =
      build(event + R"({"type":"begin","event":"e2","instance":"VI_1","from":"none","to":"MASTER"}
)");
  BOOST_TEST(items.at(0).outcome == "superseded");
  BOOST_TEST(items.at(0).to == "BACKUP");
}

BOOST_AUTO_TEST_CASE(the_order_is_that_of_the_work_and_not_of_the_recording) {
  const auto items = build(
      R"({"type":"event","event":"newest","instance":"VI_1","state":"MASTER"}
{"type":"event","event":"late","instance":"VI_1","state":"BACKUP"}
{"type":"begin","event":"newest","instance":"VI_1","from":"FAULT","to":"MASTER"}
{"type":"end","event":"newest","outcome":"done","took_ms":5,"problems":[]}
{"type":"end","event":"late","outcome":"superseded","took_ms":0,"problems":[]}
)");
  BOOST_REQUIRE_EQUAL(items.size(), 2U);
  BOOST_TEST(items[0].outcome == "superseded");
  BOOST_TEST(items[1].outcome == "done");
}

BOOST_AUTO_TEST_CASE(an_ack_stands_between_the_transitions) {
  const auto items = build(
      R"({"type":"ack","event":"e1","resource":"mysql main","step":"drain","error":"1227 denied","at_ms":1795169700123}
)");
  BOOST_TEST(render_history_text(items) ==
             "2026-11-20 10:15:00 +00:00  ack: no longer held: mysql main: drain: 1227 denied\n");
  BOOST_TEST(json::parse(render_history_json(items)).at(0).at("type") == "ack");
}

BOOST_AUTO_TEST_CASE(the_outbox_knows_better_than_the_journal_what_still_waits) {
  const auto items = build_history(parse(kPromotion), {entry("e1", "sms"), entry("gone", "x")},
                                   {entry("e1", "ops")});
  BOOST_REQUIRE_EQUAL(items.size(), 1U);
  BOOST_REQUIRE_EQUAL(items[0].alerts.size(), 2U);
  BOOST_TEST(items[0].alerts[0].result == "dead");
  BOOST_TEST(items[0].alerts[1].result == "waiting");
  BOOST_TEST(render_history_text(items).find("alert sms: waiting after 3 tries: HTTP 500") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_json_says_the_same) {
  const json all = json::parse(render_history_json(build(kPromotion)));
  BOOST_REQUIRE_EQUAL(all.size(), 1U);
  BOOST_TEST(all[0].at("type") == "transition");
  BOOST_TEST(all[0].at("from") == "BACKUP");
  BOOST_TEST(all[0].at("outcome") == "done");
  BOOST_TEST(all[0].at("steps").at(1).at("took_ms") == 2.25);
  BOOST_TEST(all[0].at("steps").at(1).at("start_ms") == 9.8);
  BOOST_TEST(all[0].at("alerts").at(0).at("result") == "delivered");
  BOOST_TEST(all[0].at("at") == "2026-11-20 10:15:00 +00:00");
}

BOOST_AUTO_TEST_CASE(lines_of_another_shape_harm_nothing) {
  BOOST_TEST(build(R"({"type":"step","event":"rotated-away","resource":"x"}
{"type":"end"}
{"type":7}
{"type":"note","text":"hello"}
{"type":"begin","event":"e1","from":3,"problems":"x","to":null}
)")
                 .size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(alerts_listed, Utc)

BOOST_AUTO_TEST_CASE(an_empty_outbox_says_so) {
  BOOST_TEST(render_alerts_text({}, {}, kAt) == "no alerts waiting\n");
  BOOST_TEST(render_alerts_json({}, {}) == "[]\n");
}

BOOST_AUTO_TEST_CASE(each_says_what_it_is_about_and_what_holds_it_up) {
  OutboxEntry waiting = entry("e1", "ops");
  waiting.next_at_ms = kAt + 45'000;
  OutboxEntry behind = entry("e2", "ops");
  behind.attempts = 0;
  behind.last_error.clear();
  OutboxEntry dead = entry("e0", "ops");
  dead.dead = true;
  dead.attempts = 1;
  BOOST_TEST(render_alerts_text({waiting, behind, dead}, config_with_ops(), kAt) ==
             "2 alerts waiting, 1 given up\n"
             "\n"
             "e1.ops\n"
             "  MASTER db1 VI_1, done, 2026-11-20 10:15:00 +00:00\n"
             "  waiting, 3 tries, next in 45.0 s\n"
             "  HTTP 500\n"
             "\n"
             "e2.ops\n"
             "  MASTER db1 VI_1, done, 2026-11-20 10:15:00 +00:00\n"
             "  waiting behind an older one\n"
             "\n"
             "e0.ops\n"
             "  MASTER db1 VI_1, done, 2026-11-20 10:15:00 +00:00\n"
             "  given up after 1 try\n"
             "  HTTP 500\n");
}

BOOST_AUTO_TEST_CASE(one_whose_channel_is_gone_says_so) {
  const auto text = render_alerts_text({entry("e1", "old")}, config_with_ops(), kAt);
  BOOST_TEST(text.find("no channel old any more") != std::string::npos);
  const json all = json::parse(render_alerts_json({entry("e1", "old")}, config_with_ops()));
  BOOST_TEST(all.at(0).at("state") == "no-channel");
  BOOST_TEST(all.at(0).at("id") == "e1.old");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(wrapping)

BOOST_AUTO_TEST_CASE(a_line_of_exactly_the_width_is_not_broken_and_one_more_is) {
  BOOST_TEST(wrap("ab ", "cd ef", 2, 8) == "ab cd ef");
  BOOST_TEST(wrap("ab ", "cd efg", 2, 8) == "ab cd\n  efg");
}

BOOST_AUTO_TEST_CASE(a_word_that_is_too_long_stands_alone_and_whole) {
  BOOST_TEST(wrap("ab ", "abcdefghijkl x", 2, 8) == "ab\n  abcdefghijkl\n  x");
}

BOOST_AUTO_TEST_CASE(columns_are_counted_and_not_bytes) {
  BOOST_TEST(wrap("", "\xc3\xa9\xc3\xa9 \xc3\xa9", 0, 4) == "\xc3\xa9\xc3\xa9 \xc3\xa9");
  BOOST_TEST(pad("\xc3\xa9", 3) == "\xc3\xa9  ");
  BOOST_TEST(pad("主库", 5) == "主库 ");
  BOOST_TEST(columns_of("e\xcc\x81") == 1U);  // a combining accent
}

BOOST_AUTO_TEST_CASE(a_chinese_character_takes_two_columns_and_a_line_breaks_between_two) {
  BOOST_TEST(wrap("ab ", "主库只读", 2, 8) == "ab 主库\n  只读");
  BOOST_TEST(wrap("ab ", "主库只读", 2, 11) == "ab 主库只读");
  BOOST_TEST(wrap("ab ", "主库只读", 2, 10) == "ab 主库只\n  读");
}

BOOST_AUTO_TEST_CASE(no_line_begins_with_punctuation_and_no_latin_word_is_broken) {
  BOOST_TEST(wrap("", "主库，只读", 0, 5) == "主\n库，\n只读");
  BOOST_TEST(wrap("", "跟随mysql主库", 0, 8) == "跟随\nmysql主\n库");
}

BOOST_AUTO_TEST_CASE(what_is_cut_ends_in_an_ellipsis_and_a_wide_character_is_not_halved) {
  BOOST_TEST(cut("abcd", 4) == "abcd");
  BOOST_TEST(cut("abcde", 4) == "abc…");
  BOOST_TEST(cut("主库只读", 6) == "主库…");
  BOOST_TEST(cut("主库只读", 8) == "主库只读");
  BOOST_TEST(cut("ab", 0) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
