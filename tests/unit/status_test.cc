#include "notify/status.h"
#include "notify/status_watch.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "notify/columns.h"
#include "notify/wrap.h"

namespace ha {
namespace {

using nlohmann::json;

struct StatusFixture {
  StatusFixture() {
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
    report.node = "db1";
    report.vip = "192.0.2.100";
    report.watch_runs = true;
    report.keepalived.process = KeepalivedProcess{812, 1'795'169'600'000, "/etc/k.conf", "db1"};
    report.keepalived.path = "/etc/k.conf";
    report.keepalived.conf.fingerprint = "0123456789ab";
    report.keepalived.conf.changed_ms = 1'795'000'000'000;
    report.role.view.newest = State::master;
    report.role.view.vip_set = true;
    report.role.view.vip_here = true;
    report.role.instance = "VI_1";
    Event event;
    event.id = "e1";
    event.instance = "VI_1";
    event.state = State::master;
    event.priority = 100;
    event.at_ms = 1'795'169'700'123;
    report.role.newest = event;
    report.verdict = Verdict{ExitCode::ok, "everything serves"};
    report.findings = {
        {"mysql", "main", Level::ok, "writable", Millis{3}, {{"lag_ms", std::int64_t{0}}}},
        {"redis", "cache", Level::degraded, "AOF fails", Millis{1}, {}}};
  }
  StatusReport report;
};

BOOST_FIXTURE_TEST_SUITE(status, StatusFixture)

BOOST_AUTO_TEST_CASE(a_watch_that_does_not_run_is_said) {
  BOOST_TEST(render_status_text(report, false).find("watch:") == std::string::npos);
  report.watch_runs = false;
  BOOST_TEST(render_status_text(report, false).find("watch:      does not run") !=
             std::string::npos);
  BOOST_TEST(!nlohmann::json::parse(render_status_json(report)).at("watch_runs").get<bool>());
}

BOOST_AUTO_TEST_CASE(keepalived_is_shown_with_its_configuration_and_when_that_changed) {
  const auto text = [&] { return render_status_text(report, false); };
  const auto shown = [&] { return json::parse(render_status_json(report)).at("keepalived"); };
  BOOST_TEST(text().find("keepalived: runs since 2026-11-20 10:13:20 +00:00 (pid 812) with "
                         "/etc/k.conf\n            0123456789ab\n") != std::string::npos,
             text());
  BOOST_TEST(shown().at("fingerprint") == "0123456789ab");
  BOOST_TEST(shown().at("changed_since_start") == false);
  report.keepalived.conf.changed_ms = 1'795'169'600'001;
  BOOST_TEST(text().find("changed later") != std::string::npos);
  BOOST_TEST(shown().at("changed_since_start") == true);
  report.keepalived.conf.problems = {"cannot read /etc/k.conf: Permission denied"};
  BOOST_TEST(text().find("Permission") != std::string::npos);
  report.keepalived.process.reset();
  BOOST_TEST(text().find("keepalived: does not run") != std::string::npos);
  BOOST_TEST(shown().at("pid").is_null());
  BOOST_TEST(shown().at("running") == false);
}

BOOST_AUTO_TEST_CASE(a_drawing_replaces_each_line_and_says_what_it_left_out) {
  BOOST_TEST(redraw("a\nb\n", 3) == "\x1b[Ha\x1b[K\r\nb\x1b[K\x1b[J");
  BOOST_TEST(redraw("a\nb\nc\n", 3) == "\x1b[Ha\x1b[K\r\nb\x1b[K\r\nc\x1b[K\x1b[J");
  BOOST_TEST(redraw("a\nb\nc\nd\n", 3) ==
             "\x1b[Ha\x1b[K\r\nb\x1b[K\r\n… 2 more lines: make the window taller\x1b[K\x1b[J");
}

BOOST_AUTO_TEST_CASE(the_lock_stands_in_place_of_the_word_about_missing_witnesses) {
  report.has_peer = true;
  BOOST_TEST(render_status_text(report, false).find("witnesses:  none") != std::string::npos);
  LockStatus lock;
  lock.name = "dcs";
  lock.held = true;
  lock.left_ms = 8234;
  lock.holder = "db1";
  lock.holder_left = Millis{8000};
  lock.answers = true;
  lock.endpoint = "http://192.0.2.1:2379";
  report.lock = lock;
  const auto row = [&] {
    const std::string text = render_status_text(report, false);
    BOOST_TEST(text.find("witnesses:") == std::string::npos);
    const auto at = text.find("lock:       ");
    return at == std::string::npos ? "" : text.substr(at + 12, text.find('\n', at) - at - 12);
  };
  BOOST_TEST(row() == "dcs: held here, 8.2 s left (asked http://192.0.2.1:2379)");
  const json shown = json::parse(render_status_json(report)).at("lock");
  BOOST_TEST(shown.at("holder") == "db1");
  BOOST_TEST(shown.at("left_ms") == 8234);
  report.lock->held = false;
  report.lock->holder = "db2";
  BOOST_TEST(row() == "dcs: db2 has it, for at most 8.0 s (asked http://192.0.2.1:2379)");
  report.lock->holder.clear();
  BOOST_TEST(row() == "dcs: nobody has it (asked http://192.0.2.1:2379)");
  report.lock->answers = false;
  report.lock->trouble = "192.0.2.1:2379: no answer in time";
  BOOST_TEST(row() == "dcs: not held here, and etcd does not answer for a quorum;");
  report.lock.reset();
  BOOST_TEST(json::parse(render_status_json(report)).at("lock").is_null());
}

BOOST_AUTO_TEST_CASE(a_master_at_rest) {
  BOOST_TEST(render_status_text(report, false) ==
             "node:       db1\n"
             "role:       MASTER\n"
             "last event: MASTER of VI_1, 2026-11-20 10:15:00 +00:00\n"
             "VIP:        192.0.2.100 is here\n"
             "check:      exit 0: everything serves\n"
             "keepalived: runs since 2026-11-20 10:13:20 +00:00 (pid 812) with /etc/k.conf\n"
             "            0123456789ab\n"
             "alerts:     none waiting\n"
             "\n"
             "resources, asked just now:\n"
             "  ok        mysql main      3 ms  writable\n"
             "  degraded  redis cache     1 ms  AOF fails\n");
}

BOOST_AUTO_TEST_CASE(a_master_at_rest_in_chinese) {
  BOOST_TEST(render_status_text(report, false, Lang::zh_cn) ==
             "节点:       db1\n"
             "角色:       MASTER\n"
             "最近事件:   VI_1 的 MASTER，2026-11-20 10:15:00 +00:00\n"
             "VIP:        192.0.2.100 在本节点\n"
             "检查:       退出码 0：everything serves\n"
             "keepalived: 自 2026-11-20 10:13:20 +00:00 起运行（pid 812），配置 /etc/k.conf\n"
             "            0123456789ab\n"
             "告警:       没有等待发送的\n"
             "\n"
             "资源（刚刚查询）：\n"
             "  ok        mysql main      3 ms  writable\n"
             "  degraded  redis cache     1 ms  AOF fails\n");
}

BOOST_AUTO_TEST_CASE(a_held_failure_says_what_to_do_within_80_columns) {
  report.role.view.phase = Phase::held;
  report.role.view.why = "mysql main: lift-read-only";
  report.role.state.held =
      Held{"mysql main", "lift-read-only",
           "1227 Access denied; you need (at least one of) the READ_ONLY ADMIN privilege(s)", "e1",
           1'795'169'700'123};
  report.role.state.refusals = {{"redis cache", "server", "the server is silent"}};
  report.alerts_waiting = 2;
  report.alerts_dead = 1;
  report.alerts_trouble = "HTTP 500";
  const std::string text = render_status_text(report, false);
  BOOST_TEST(text.find("ha-agent ack") != std::string::npos);
  BOOST_TEST(text.find("refused:    redis cache: the server is silent") != std::string::npos);
  BOOST_TEST(text.find("alerts:     2 waiting, 1 given up") != std::string::npos);
  for (const std::string& shown : {text, render_status_text(report, false, Lang::zh_cn)}) {
    std::istringstream lines(shown);
    for (std::string line; std::getline(lines, line);) {
      BOOST_TEST(columns_of(line) <= kTerminalWidth, line);
    }
  }
}

BOOST_AUTO_TEST_CASE(each_witness_is_shown_with_what_it_answered) {
  report.has_peer = true;
  report.witnesses = {{"gateway", true, "answers the ping", Millis{1}},
                      {"dns", false, "no answer to the ping in time", Millis{800}}};
  const auto said = [&](const std::string& words) {
    return render_status_text(report, false).find(words) != std::string::npos;
  };
  BOOST_TEST(
      said("witnesses:  gateway yes (answers the ping), dns no (no answer to the ping in\n"
           "            time); 2 needed, so no promotion towards a silent peer\n"));
  report.quorum = Quorum::any;
  BOOST_TEST(said("time); 1 needed\n"));
  const json all = json::parse(render_status_json(report)).at("witnesses");
  BOOST_TEST(all.at("configured") == true);
  BOOST_TEST(all.at("quorum") == true);
  BOOST_TEST(all.at("needed") == 1);
  BOOST_TEST(all.at("answers").at(0).at("answered") == true);
  BOOST_TEST(all.at("answers").at(1).at("name") == "dns");
  BOOST_TEST(all.at("answers").at(1).at("seen") == "no answer to the ping in time");
  BOOST_TEST(all.at("answers").at(1).at("took_ms") == 800);
}

BOOST_AUTO_TEST_CASE(a_pair_without_a_witness_is_told_what_it_risks_and_one_node_alone_is_not) {
  const auto said = [&] {
    return render_status_text(report, false).find("witnesses:  none: when the link") !=
           std::string::npos;
  };
  BOOST_TEST(!said());
  report.has_peer = true;
  BOOST_TEST(said());
  const json all = json::parse(render_status_json(report)).at("witnesses");
  BOOST_TEST(all.at("configured") == false);
  BOOST_TEST(all.at("needed") == 0);
  BOOST_TEST(all.at("answers").empty());
}

BOOST_AUTO_TEST_CASE(colour_is_there_only_when_asked_for_and_changes_no_word) {
  const std::string plain = render_status_text(report, false);
  std::string coloured = render_status_text(report, true);
  BOOST_TEST(plain.find('\x1b') == std::string::npos);
  BOOST_TEST(coloured.find('\x1b') != std::string::npos);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  }
  BOOST_TEST(coloured == plain);
}

BOOST_AUTO_TEST_CASE(a_node_that_knows_nothing_yet_says_so) {
  const StatusReport empty;
  const std::string text = render_status_text(empty, false);
  BOOST_TEST(text.find("role:       STANDBY") != std::string::npos);
  BOOST_TEST(text.find("no event since the boot") != std::string::npos);
  BOOST_TEST(text.find("there is no resource to check") != std::string::npos);
  const json all = json::parse(render_status_json(empty));
  BOOST_TEST(all.at("newest_event").is_null());
  BOOST_TEST(all.at("vip").is_null());
  BOOST_TEST(all.at("check").is_null());
  BOOST_TEST(all.at("held").is_null());
  BOOST_TEST(all.at("last_transition").is_null());
}

BOOST_AUTO_TEST_CASE(a_master_without_its_vip_and_records_that_cannot_be_read_are_said) {
  report.role.view.vip_here = false;
  report.role.view.readable = false;
  report.role.view.why = "cannot read role.json: Permission denied";
  const std::string text = render_status_text(report, false);
  BOOST_TEST(text.find("192.0.2.100 is not here") != std::string::npos);
  BOOST_TEST(text.find("records:    cannot read role.json") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_json_has_every_field_it_promises) {
  report.role.view.phase = Phase::refused;
  report.role.view.why = "drain";
  report.role.state.held = Held{"mysql main", "drain", "x", "e1", 5};
  HistoryItem last;
  last.event = "e1";
  last.to = "MASTER";
  report.last = last;
  const json all = json::parse(render_status_json(report));
  BOOST_TEST(all.at("node") == "db1");
  BOOST_TEST(all.at("role") == "MASTER");
  BOOST_TEST(all.at("instance") == "VI_1");
  BOOST_TEST(all.at("newest_event").at("state") == "MASTER");
  BOOST_TEST(all.at("vip").at("here") == true);
  BOOST_TEST(all.at("phase") == "refused");
  BOOST_TEST(all.at("phase_reason") == "drain");
  BOOST_TEST(all.at("check").at("code") == 0);
  BOOST_TEST(all.at("resources").at(0).at("facts").at("lag_ms") == 0);
  BOOST_TEST(all.at("resources").at(1).at("level") == "degraded");
  BOOST_TEST(all.at("last_transition").at("event") == "e1");
  BOOST_TEST(all.at("held").at("step") == "drain");
  BOOST_TEST(all.at("refusals").is_array());
  BOOST_TEST(all.at("alerts").at("waiting") == 0);
}

BOOST_AUTO_TEST_CASE(settings_that_are_missing_stand_as_lines_to_be_copied) {
  report.settings = {{"mysql main",
                      {{SettingRemark::Kind::missing, "read_only", "read_only = OFF",
                        "read_only = ON", Text::setting_rearmed},
                       {SettingRemark::Kind::unreadable, "log_bin", "", "", Text::setting_untold}},
                      ""}};
  const std::string text = render_status_text(report, false);
  BOOST_TEST(text.find("\n  mysql main\n    read_only = ON\n        a server that restarts without "
                       "it acknowledges writes that nothing\n        protects\n"
                       "    log_bin cannot be seen\n        the server does not tell it\n") !=
                 std::string::npos,
             text);
  const json settings = json::parse(render_status_json(report)).at("settings").at(0);
  BOOST_TEST(settings.at("resource") == "mysql main");
  BOOST_TEST(settings.at("missing").at(0).at("line") == "read_only = ON");
  BOOST_TEST(settings.at("unreadable").at(0).at("setting") == "log_bin");
  report.settings.front().remarks.clear();
  BOOST_TEST(render_status_text(report, false).find("settings") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
