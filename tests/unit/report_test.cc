#include "notify/report.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <ctime>
#include <string>

namespace ha {
namespace {

constexpr std::int64_t kAt = 1'795'169'700'123;

struct Utc {
  Utc() {
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
  }
};

HistoryItem promotion() {
  HistoryItem item;
  item.event = "20261120T101500.123-4711-42";
  item.instance = "VI_1";
  item.from = "BACKUP";
  item.to = "MASTER";
  item.at_ms = kAt;
  item.outcome = "failed";
  item.took_ms = 312;
  item.version = "0.1.0";
  const auto step = [&](const char* resource, const char* name, bool ok, double ms,
                        std::int64_t ended, const char* detail) {
    item.steps.push_back({resource, name, ok, Millis{static_cast<Millis::rep>(ms)}, detail});
    item.steps_ms.push_back(ms);
    item.steps_end_ms.push_back(kAt + ended);
  };
  step("mysql main", "drain", true, 120, 130, "12 transactions applied");
  step("redis cache", "promote", false, 2.2, 20, "<script>alert('1 & \"2\"')</script>");
  item.problems = {"redis cache: promote: <b>NOPERM</b>"};
  item.alerts = {{"ops", "waiting", 3, "HTTP 500 <html>"}};
  return item;
}

std::string page(const HistoryItem& item, Lang lang = Lang::en) {
  return render_report(item, {lang, "db1", "192.0.2.100", "0.2.0", kAt + 60'000});
}

bool has(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

BOOST_FIXTURE_TEST_SUITE(report, Utc)

BOOST_AUTO_TEST_CASE(it_says_who_when_what_and_what_came_of_it) {
  const std::string html = page(promotion());
  for (const char* text :
       {"<html lang=\"en\">", "<title>db1: BACKUP → MASTER</title>", "FAILED after 312 ms",
        "192.0.2.100", "VI_1", "2026-11-20 10:15:00 +00:00", "20261120T101500.123-4711-42",
        "ha-agent 0.1.0", "drain", "12 transactions applied", "120 ms", "ops", "waiting",
        "Written 2026-11-20 10:16:00 +00:00 by ha-agent 0.2.0"}) {
    BOOST_TEST(has(html, text), text);
  }
}

BOOST_AUTO_TEST_CASE(whatever_stands_in_the_journal_is_text_there) {
  const std::string html = page(promotion());
  BOOST_TEST(has(html, "&lt;script&gt;alert('1 &amp; &quot;2&quot;')&lt;/script&gt;"));
  BOOST_TEST(has(html, "&lt;b&gt;NOPERM&lt;/b&gt;"));
  BOOST_TEST(has(html, "HTTP 500 &lt;html&gt;"));
  HistoryItem odd = promotion();
  odd.to = odd.from = odd.instance = odd.event = odd.version = odd.outcome = "<i>";
  odd.steps[0].resource = odd.steps[0].step = odd.alerts[0].channel = odd.alerts[0].result = "<i>";
  const std::string all = render_report(odd, {Lang::en, "<i>", "<i>", "<i>", kAt});
  BOOST_TEST(!has(all, "<i>"));
}

BOOST_AUTO_TEST_CASE(it_needs_nothing_beside_itself) {
  for (const Lang lang : {Lang::en, Lang::zh_cn}) {
    const std::string html = page(promotion(), lang);
    for (const char* text : {"<script", "src=", "href=", "url(", "@import", "<link", "onload"}) {
      BOOST_TEST(!has(html, text), text);
    }
    BOOST_TEST(has(html, "default-src 'none'"));
  }
}

BOOST_AUTO_TEST_CASE(the_picture_has_a_bar_for_each_step_and_none_leaves_it) {
  const std::string html = page(promotion());
  BOOST_TEST(has(html, "<svg viewBox=\"0 0 960 "));
  // 120 of 312 ms, from 10 ms on; there are 650 units.
  BOOST_TEST(has(html, "<rect class=\"ok\" x=\"210.8\" y=\"48.0\" width=\"250.0\""));
  BOOST_TEST(has(html, "<rect class=\"failed\""));
  HistoryItem end = promotion();
  end.steps_ms[0] = 0;
  end.steps_end_ms[0] = kAt + 312;
  BOOST_TEST(has(page(end), "<rect class=\"ok\" x=\"838.0\" y=\"48.0\" width=\"2.0\""));
}

BOOST_AUTO_TEST_CASE(it_speaks_chinese_where_the_configuration_does) {
  const std::string html = page(promotion(), Lang::zh_cn);
  for (const char* text : {"<html lang=\"zh-CN\">", "失败，用时 312 毫秒", "时间线", "步骤",
                           "等待发送", "由 ha-agent 0.2.0 生成于 2026-11-20 10:16:00 +00:00"}) {
    BOOST_TEST(has(html, text), text);
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_steps_has_no_picture_and_says_so) {
  HistoryItem item = promotion();
  item.outcome = "superseded";
  item.steps.clear();
  item.steps_ms.clear();
  item.steps_end_ms.clear();
  item.problems.clear();
  item.alerts.clear();
  item.from.clear();
  const std::string html = page(item);
  BOOST_TEST(!has(html, "<svg"));
  BOOST_TEST(!has(html, "Problems"));
  BOOST_TEST(has(html, "No step was needed."));
  BOOST_TEST(has(html, "No alert was told."));
  BOOST_TEST(has(html, "no earlier state → MASTER"));
}

BOOST_AUTO_TEST_CASE(what_is_not_ended_says_so) {
  HistoryItem item = promotion();
  item.outcome = "unfinished";
  BOOST_TEST(has(page(item), "begun and not ended"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
