// What alerts say, in both languages.
#include "notify/alert_text.h"
#include "notify/message.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "agent/texts.h"
#include "notify/alert_json.h"
#include "notify/local_time.h"

namespace ha {
namespace {

std::string alert_text(const Alert& alert, Lang lang, std::int64_t now_ms) {
  return plain_text(message_of(alert, lang, now_ms));
}

Alert promotion() {
  Alert alert;
  alert.event_id = "20261120T101500.123-4711-42";
  alert.node = "db1";
  alert.instance = "VI_1";
  alert.vip = "192.0.2.100";
  alert.from = State::backup;
  alert.to = State::master;
  alert.at_ms = 1'795'169'700'123;
  alert.took = Millis{312};
  alert.steps = {{"mysql main", "drain", true, Millis{120}, "12 transactions applied"},
                 {"mysql main", "lift-read-only", true, Millis{0}, ""}};
  return alert;
}

std::int64_t at_once(const Alert& alert) {
  return alert.at_ms + alert.took.count();
}

struct Zone {
  explicit Zone(const char* zone) { set(zone); }
  ~Zone() { set("UTC0"); }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;
  static void set(const char* zone) {
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
};

std::multiset<std::string> placeholders(std::string_view text) {
  std::multiset<std::string> found;
  static const std::regex pattern(R"(\{([a-z]*)\})");
  const std::string copy(text);
  for (std::sregex_iterator it(copy.begin(), copy.end(), pattern), end; it != end; ++it) {
    found.insert((*it)[1]);
  }
  return found;
}

constexpr Outcome kOutcomes[] = {Outcome::done,      Outcome::refused,    Outcome::failed,
                                 Outcome::overtaken, Outcome::superseded, Outcome::interrupted,
                                 Outcome::recorded,  Outcome::suspended};

BOOST_AUTO_TEST_SUITE(alert_texts)

BOOST_AUTO_TEST_CASE(every_text_is_there_in_both_languages_with_the_same_placeholders) {
  std::set<Text> seen;
  for (const CatalogueEntry& entry : catalogue()) {
    BOOST_TEST_CONTEXT(entry.en) {
      BOOST_TEST(seen.insert(entry.id).second);
      BOOST_TEST(!entry.en.empty());
      BOOST_TEST(!entry.zh.empty());
      BOOST_TEST((placeholders(entry.en) == placeholders(entry.zh)));
    }
  }
  for (int id = 0; id < static_cast<int>(Text::end_of_texts); ++id) {
    BOOST_CHECK_MESSAGE(seen.contains(static_cast<Text>(id)), "text " << id << " is missing");
  }
}

BOOST_AUTO_TEST_CASE(a_promotion_in_english) {
  const Zone zone("UTC0");
  const Alert alert = promotion();
  BOOST_TEST(alert_text(alert, Lang::en, at_once(alert)) ==
             "MASTER db1 VI_1: BACKUP -> MASTER, done in 312 ms\n"
             "VIP: 192.0.2.100\n"
             "What was done:\n"
             "+ mysql main: drain, 120 ms (12 transactions applied)\n"
             "+ mysql main: lift-read-only, under 1 ms\n"
             "Event: 2026-11-20 10:15:00 +00:00, 20261120T101500.123-4711-42");
}

BOOST_AUTO_TEST_CASE(a_failed_promotion_in_chinese) {
  const Zone zone("CST-8");
  Alert alert = promotion();
  alert.outcome = Outcome::failed;
  alert.steps[1] = {"mysql main", "lift-read-only", false, Millis{3100}, "1227 Access denied"};
  alert.problems = {"mysql main: lift-read-only: 1227 Access denied"};
  BOOST_TEST(alert_text(alert, Lang::zh_cn, at_once(alert)) ==
             "MASTER db1 VI_1: BACKUP -> MASTER, 失败，用时 312 毫秒\n"
             "VIP：192.0.2.100\n"
             "! mysql main: lift-read-only: 1227 Access denied\n"
             "处理建议：请查看 `ha-agent status` 和 `ha-agent history`，排除故障后执行 "
             "`ha-agent ack`；在此之前本机检查一直返回失败。\n"
             "执行的步骤：\n"
             "+ mysql main：drain，120 毫秒（12 transactions applied）\n"
             "- mysql main：lift-read-only 失败，3.1 秒\n"
             "事件：2026-11-20 18:15:00 +08:00，20261120T101500.123-4711-42");
}

BOOST_AUTO_TEST_CASE(the_state_stands_in_the_first_100_characters_whatever_the_names_are) {
  for (const State state : {State::master, State::backup, State::fault, State::stop}) {
    for (const Outcome outcome : kOutcomes) {
      for (const Lang lang : {Lang::en, Lang::zh_cn}) {
        Alert alert = promotion();
        alert.to = state;
        alert.outcome = outcome;
        alert.node = std::string(300, 'n');
        alert.instance = std::string(300, 'i');
        const std::string text = alert_text(alert, lang, at_once(alert));
        BOOST_TEST(text.substr(0, 100).find(to_string(state)) != std::string::npos);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_failed_or_was_refused_says_what_to_do) {
  Alert alert = promotion();
  alert.outcome = Outcome::refused;
  BOOST_TEST(alert_text(alert, Lang::en, 0).find("What to do") != std::string::npos);
  alert.outcome = Outcome::failed;
  BOOST_TEST(alert_text(alert, Lang::en, 0).find("ha-agent ack") != std::string::npos);
  alert.to = State::fault;
  BOOST_TEST(alert_text(alert, Lang::en, 0).find("may still accept writes") != std::string::npos);
  alert.steps = {{"mysql main", "set-read-only", true, {}, ""},
                 {"mysql main", "follow", false, {}, ""}};
  BOOST_TEST(alert_text(alert, Lang::en, 0).find("takes no writes") != std::string::npos);
  alert.steps[0].ok = false;
  BOOST_TEST(alert_text(alert, Lang::en, 0).find("may still accept writes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_delay_of_59_seconds_is_not_named_and_one_of_60_is) {
  const Alert alert = promotion();
  BOOST_TEST(alert_text(alert, Lang::en, at_once(alert) + 59'999).find("Sent") ==
             std::string::npos);
  BOOST_TEST(alert_text(alert, Lang::en, at_once(alert) + 60'000).find("Sent 1 min 0 s after") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_servers_say_breaks_no_line_and_calls_nobody) {
  Alert alert = promotion();
  alert.steps[0].detail = "bad\n@everyone <!channel>\x1b[0m\xff";
  const std::string text = alert_text(alert, Lang::en, at_once(alert));
  BOOST_TEST(text.find("@everyone") == std::string::npos);
  BOOST_TEST(text.find("<!channel") == std::string::npos);
  BOOST_TEST(text.find("bad @") != std::string::npos);
  BOOST_TEST(text.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_short_form_has_no_instance_and_a_first_event_no_earlier_state) {
  Alert alert = promotion();
  alert.instance.clear();
  alert.vip.clear();
  alert.from = State::none;
  BOOST_TEST(alert_text(alert, Lang::en, 0).starts_with("MASTER db1: no earlier state -> MASTER"));
  BOOST_TEST(alert_text(alert, Lang::en, 0).find("VIP") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(durations_are_short_and_exact_enough) {
  BOOST_TEST(format_took(Lang::en, Millis{0}) == "under 1 ms");
  BOOST_TEST(format_took(Lang::en, Millis{999}) == "999 ms");
  BOOST_TEST(format_took(Lang::en, Millis{1000}) == "1.0 s");
  BOOST_TEST(format_took(Lang::en, Millis{59'999}) == "59.9 s");
  BOOST_TEST(format_took(Lang::en, Millis{60'000}) == "1 min 0 s");
  BOOST_TEST(format_took(Lang::en, Millis{3'600'000}) == "1 h 0 min");
}

BOOST_AUTO_TEST_CASE(times_are_local_with_their_offset) {
  {
    const Zone zone("IST-5:30");
    BOOST_TEST(format_local_time(1'795'169'700'123) == "2026-11-20 15:45:00 +05:30");
  }
  const Zone zone("EST5");
  BOOST_TEST(format_local_time(1'795'169'700'123) == "2026-11-20 05:15:00 -05:00");
}

BOOST_AUTO_TEST_CASE(the_test_message_names_channel_and_node) {
  for (const Lang lang : {Lang::en, Lang::zh_cn}) {
    const std::string text = plain_text(test_message("db1", "ops", lang, 0));
    BOOST_TEST(text.find("db1") != std::string::npos);
    BOOST_TEST(text.find("ops") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(an_alert_survives_its_file) {
  for (const Outcome outcome : kOutcomes) {
    Alert alert = promotion();
    alert.outcome = outcome;
    alert.problems = {"a", "b"};
    const Alert back = alert_from_json(nlohmann::json::parse(alert_to_json(alert).dump()));
    BOOST_TEST(alert_text(back, Lang::en, 0) == alert_text(alert, Lang::en, 0));
    BOOST_TEST((back.outcome == outcome));
  }
}

BOOST_AUTO_TEST_CASE(a_file_of_another_version_is_told_as_far_as_it_goes) {
  const Alert alert = alert_from_json(nlohmann::json::parse(
      R"({"event_id":"e","to":"FAULT","steps":[1,{"step":7}],"problems":"no","took_ms":"x"})"));
  BOOST_TEST((alert.to == State::fault));
  BOOST_TEST(alert.steps.size() == 2U);
  BOOST_TEST(alert.problems.empty());
}

BOOST_AUTO_TEST_CASE(a_deed_of_an_operators_carries_the_state_and_says_what_it_is) {
  Alert alert = promotion();
  alert.subject = Subject::maintenance_begun;
  alert.steps.clear();
  alert.problems = {"by ana: new disks"};
  BOOST_TEST(alert_text(alert, Lang::en, at_once(alert)) ==
             "MASTER db1 VI_1: MAINTENANCE begun, automatic failover is off on this node\n"
             "VIP: 192.0.2.100\n! by ana: new disks\nEvent: " +
                 format_local_time(alert.at_ms) + ", 20261120T101500.123-4711-42");
  alert.subject = Subject::switchover_ended;
  alert.outcome = Outcome::failed;
  BOOST_TEST(alert_text(alert, Lang::en, at_once(alert)).find("switchover ABORTED\n") !=
             std::string::npos);
  alert.to = State::none;
  BOOST_TEST(alert_text(alert, Lang::zh_cn, at_once(alert)).find("db1 VI_1: 主动切换已中止") == 0U);
}

BOOST_AUTO_TEST_CASE(every_subject_outlives_the_outbox) {
  for (const Subject subject :
       {Subject::transition, Subject::maintenance_begun, Subject::maintenance_goes_on,
        Subject::maintenance_ended, Subject::switchover_begun, Subject::switchover_ended,
        Subject::lock_lost}) {
    Alert alert = promotion();
    alert.subject = subject;
    BOOST_TEST((alert_from_json(alert_to_json(alert)).subject == subject));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
