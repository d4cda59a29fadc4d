#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "checks/render.h"

using namespace ha;

namespace {

CheckReport report() {
  CheckReport report;
  report.node = "db1";
  report.instance = "VI_1";
  report.role = Role::master;
  report.newest = State::master;
  report.verdict = {ExitCode::ok, "every resource serves"};
  report.findings.push_back(
      {"mysql", "main", Level::ok, "writable", Millis{12}, {{"lag_ms", std::int64_t{250}}}});
  report.findings.push_back({"http", "api", Level::degraded, "a|b", Millis{3}, {{"up", true}}});
  report.deadline = Millis{800};
  report.took = Millis{14};
  return report;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_render)

BOOST_AUTO_TEST_CASE(text_is_one_aligned_line_a_resource_and_the_verdict) {
  BOOST_TEST(render_text(report(), false) ==
             "ok        mysql main  12 ms  writable\n"
             "degraded  http api     3 ms  a|b\n"
             "ok: may hold the VIP (MASTER): every resource serves\n");
}

BOOST_AUTO_TEST_CASE(text_has_terminal_sequences_only_when_asked) {
  BOOST_TEST(render_text(report(), false).find('\x1b') == std::string::npos);
  BOOST_TEST(render_text(report(), true).find('\x1b') != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_verdict_line_says_what_each_code_means) {
  CheckReport said = report();
  said.findings.clear();
  const auto line = [&](ExitCode code) {
    said.verdict = {code, "why"};
    return render_text(said, false);
  };
  BOOST_TEST(line(ExitCode::no) == "no: must not hold the VIP (MASTER): why\n");
  BOOST_TEST(line(ExitCode::held) == "held: must not hold the VIP (MASTER): why\n");
  BOOST_TEST(line(ExitCode::no_verdict) ==
             "no verdict: not every answer came in time (MASTER): why\n");
}

BOOST_AUTO_TEST_CASE(nagios_has_words_codes_and_performance_data_without_a_bar_in_the_text) {
  BOOST_TEST(render_nagios(report()) ==
             "HA OK: may hold the VIP (MASTER): every resource serves | 'mysql main'=12ms;;;0 "
             "'mysql main lag'=250ms;;;0 'http api'=3ms;;;0\n"
             "ok mysql main: writable\n"
             "degraded http api: a/b\n");
  const auto first = [](ExitCode code) {
    CheckReport said = report();
    said.verdict.code = code;
    const std::string text = render_nagios(said);
    return text.substr(0, text.find(':'));
  };
  BOOST_TEST(first(ExitCode::no) == "HA CRITICAL");
  BOOST_TEST(first(ExitCode::held) == "HA CRITICAL");
  BOOST_TEST(first(ExitCode::no_verdict) == "HA UNKNOWN");
  BOOST_TEST(nagios_code(ExitCode::ok) == 0);
  BOOST_TEST(nagios_code(ExitCode::no) == 2);
  BOOST_TEST(nagios_code(ExitCode::held) == 2);
  BOOST_TEST(nagios_code(ExitCode::no_verdict) == 3);
  BOOST_TEST(nagios_code(ExitCode::config) == 3);
}

BOOST_AUTO_TEST_CASE(json_carries_the_same_and_survives_what_is_not_utf8) {
  CheckReport said = report();
  said.findings[0].seen = "\xff\"";
  const auto value = nlohmann::json::parse(render_json(said));
  BOOST_TEST(value["node"] == "db1");
  BOOST_TEST(value["role"] == "MASTER");
  BOOST_TEST(value["verdict"]["code"] == 0);
  BOOST_TEST(value["verdict"]["word"] == "ok");
  BOOST_TEST(value["resources"].size() == 2U);
  BOOST_TEST(value["resources"][0]["took_ms"] == 12);
  BOOST_TEST(value["resources"][0]["facts"]["lag_ms"] == 250);
  BOOST_TEST(value["resources"][1]["level"] == "degraded");
  BOOST_TEST(value["resources"][1]["facts"]["up"] == true);
}

BOOST_AUTO_TEST_SUITE_END()
