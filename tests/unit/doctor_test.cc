// What `doctor` finds in keepalived's configuration, in servers and on the host. The configuration
// is real text in real files; the servers are asked in tests/integration/doctor_test.cc.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "checks/doctor_keepalived.h"
#include "checks/doctor_peer.h"
#include "checks/doctor_servers.h"
#include "notify/doctor_command.h"
#include "tests/support/temp_dir.h"

using namespace ha;

namespace {

constexpr const char* kGood = R"(global_defs {
    enable_script_security
}
vrrp_script ha_agent {
    script "/usr/bin/ha-agent check"
    user ha-agent
    interval 1
    timeout 1
    fall 2
    rise 2
    weight 0
}
track_file ha_agent_yield {
    file "/run/ha-agent/yield"
    weight 0
}
vrrp_instance VI_1 {
    state BACKUP
    nopreempt
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.100/24
    }
    track_script {
        ha_agent
    }
    track_file {
        ha_agent_yield
    }
    notify "/usr/bin/ha-agent notify" root
}
)";

struct DoctorFixture {
  test::TempDir folder;
  Config config;
  DoctorHost host;
  std::string text = kGood;

  DoctorFixture() {
    config.path = "/etc/ha-agent/ha-agent.conf";
    config.agent.vip = "192.0.2.100";
    config.agent.yield_file = "/run/ha-agent/yield";
    config.agent.deadline = Millis{800};
    config.redis.emplace_back();
    host.script = [](const std::string& command) {
      ScriptPath path;
      path.program = command.substr(0, command.find(' '));
      path.absolute = path.exists = path.executable = true;
      return path;
    };
    host.user_exists = [](const std::string& name) { return name == "root" || name == "ha-agent"; };
    host.group_exists = [](const std::string&) { return true; };
  }

  KeepalivedSeen seen() const {
    KeepalivedSeen seen;
    seen.path = folder.path() + "/keepalived.conf";
    std::ofstream(seen.path) << text;
    seen.conf = read_keepalived_conf(seen.path, "db1");
    seen.process =
        KeepalivedProcess{7, seen.conf.changed_ms + 1, seen.path, "db1", Millis{3'600'000}};
    return seen;
  }
  void replace(const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  /// "check-missing, notify-missing", as they are found.
  std::string ids() const {
    std::string all;
    for (const Symptom& symptom : judge_keepalived(seen(), config, host)) {
      BOOST_TEST(!say(Lang::en, symptom.what).empty());
      BOOST_TEST(!symptom.evidence.empty());
      BOOST_TEST(!symptom.mend.empty());
      all += (all.empty() ? "" : ", ") + symptom.id;
    }
    return all;
  }
  Severity severity(const std::string& id) const {
    for (const Symptom& symptom : judge_keepalived(seen(), config, host)) {
      if (symptom.id == id) return symptom.severity;
    }
    BOOST_FAIL("there is no " + id + ", but " + ids());
    return Severity::info;
  }
};

BOOST_FIXTURE_TEST_SUITE(doctor, DoctorFixture)

BOOST_AUTO_TEST_CASE(the_documented_configuration_has_no_symptom) {
  BOOST_TEST(ids().empty());
}

BOOST_AUTO_TEST_CASE(keepalived_that_does_not_run_or_works_with_older_words) {
  KeepalivedSeen now = seen();
  now.process->started_ms -= 2;
  BOOST_TEST(judge_keepalived(now, config, host).at(0).id == "conf-changed");
  now.process.reset();
  BOOST_TEST(judge_keepalived(now, config, host).at(0).id == "keepalived-not-running");
}

BOOST_AUTO_TEST_CASE(keepalived_that_starts_with_the_machine_waits_for_the_network_to_forward) {
  KeepalivedSeen now = seen();
  now.process->after_boot = Millis{59'999};
  const std::vector<Symptom> found = judge_keepalived(now, config, host);
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST(found[0].id == "startup-unheard");
  BOOST_TEST((found[0].severity == Severity::info));
  BOOST_TEST(found[0].evidence ==
             "keepalived was started 59 s after the boot; no vrrp_startup_delay");
  now.process->after_boot = Millis{60'000};
  BOOST_TEST(judge_keepalived(now, config, host).empty());
  text += "global_defs {\n    vrrp_startup_delay 30\n}\n";
  now = seen();
  now.process->after_boot = Millis{7'000};
  BOOST_TEST(judge_keepalived(now, config, host).empty());
}

BOOST_AUTO_TEST_CASE(scripts_that_keepalived_leaves_out) {
  ScriptPath path;
  path.program = "ha-agent";
  host.script = [&](const std::string&) { return path; };
  BOOST_TEST(ids() == "script-not-absolute, script-not-absolute");
  path.absolute = true;
  BOOST_TEST(ids() == "script-missing, script-missing");
  path.exists = true;
  BOOST_TEST(ids() == "script-not-executable, script-not-executable");
  path.executable = true;
  path.insecure = {"/opt: owned by alice"};
  BOOST_TEST(ids() == "script-insecure, script-insecure");
  BOOST_TEST((severity("script-insecure") == Severity::critical));
  replace("enable_script_security", "");
  BOOST_TEST((severity("script-insecure") == Severity::warning));
  path.insecure.clear();
  replace("user ha-agent", "user nobody_here");
  BOOST_TEST(ids() == "script-user-missing");
}

BOOST_AUTO_TEST_CASE(a_deadline_that_keepalived_does_not_wait_for) {
  config.agent.deadline = Millis{1000};
  BOOST_TEST(ids() == "deadline-too-long");
  config.agent.deadline = Millis{999};
  BOOST_TEST(ids().empty());
  replace("interval 1\n    timeout 1", "interval 3");
  config.agent.deadline = Millis{2999};
  BOOST_TEST(ids().empty());
  config.agent.deadline = Millis{3000};
  BOOST_TEST(ids() == "deadline-too-long");
}

BOOST_AUTO_TEST_CASE(checks_that_are_not_tracked_not_there_or_too_many) {
  replace("        ha_agent\n    }\n    track_file", "        ha_agnet\n    }\n    track_file");
  BOOST_TEST(ids() == "check-undefined, check-missing");
  text = kGood;
  replace("    track_script {\n        ha_agent\n    }\n", "");
  BOOST_TEST(ids() == "check-missing");
  text += "vrrp_sync_group G { group { VI_1 }\n track_script { ha_agent\n } }\n";
  BOOST_TEST(ids().empty());
  text = kGood;
  // The same one twice is one.
  text += "vrrp_sync_group G { group { VI_1 }\n track_script { ha_agent\n } }\n";
  BOOST_TEST(ids().empty());
  text = kGood;
  text += "vrrp_script other { script \"/usr/bin/true\"\n interval 1\n }\n";
  replace("        ha_agent\n    }\n    track_file",
          "        ha_agent\n        other\n    }\n    track_file");
  BOOST_TEST(ids() == "several-checks");
  replace("        other\n", "        other weight 5\n");
  BOOST_TEST(ids() == "check-weight");
}

BOOST_AUTO_TEST_CASE(weights_and_preemption) {
  replace("    weight 0\n}\ntrack_file", "    weight -20\n}\ntrack_file");
  BOOST_TEST((severity("check-weight") == Severity::critical));
  replace("    nopreempt\n", "");
  BOOST_TEST((severity("check-weight") == Severity::warning));
  BOOST_TEST((severity("preemption") == Severity::warning));
  text = kGood;
  replace("state BACKUP", "state MASTER");
  BOOST_TEST(ids() == "nopreempt-void");
}

BOOST_AUTO_TEST_CASE(notify_lines_that_are_missing_partial_doubled_or_somebody_elses) {
  const std::string line = "    notify \"/usr/bin/ha-agent notify\" root\n";
  replace(line, "");
  BOOST_TEST(ids() == "notify-missing");
  text = kGood;
  replace(line, "    notify_master \"/usr/bin/ha-agent notify MASTER\" root\n");
  BOOST_TEST(ids() == "notify-partial");
  text = kGood;
  replace(line, line + "    notify_stop \"/usr/bin/ha-agent notify STOP\" root\n");
  BOOST_TEST(ids() == "notify-twice");
  text = kGood;
  replace(line, "    notify \"/usr/local/bin/notify.sh\" root\n");
  BOOST_TEST(ids() == "notify-elsewhere");
  text = kGood;
  replace("notify\" root", "notify\" ha-agent");
  BOOST_TEST(ids() == "notify-user");
  text = kGood;
  replace("notify\" root", "notify\"");
  BOOST_TEST(ids().empty());
  replace("enable_script_security", "enable_script_security\n    script_user ha-agent");
  BOOST_TEST(ids() == "notify-user");
}

BOOST_AUTO_TEST_CASE(what_ha_agent_conf_says_otherwise) {
  config.agent.vip = "192.0.2.101";
  BOOST_TEST(ids() == "vip-differs");
  config.agent.vip.clear();
  BOOST_TEST(ids() == "vip-unset");
  config.agent.vip = "192.0.2.100";
  config.agent.instance = "VI_2";
  BOOST_TEST(ids() == "instance-unknown, vip-differs");
  config.agent.instance.clear();
  config.agent.yield_file = "/run/other";
  BOOST_TEST(ids() == "yield-untracked");
  config.agent.yield_file.clear();
  config.agent.notify_fifo = "/run/fifo";
  BOOST_TEST(ids() == "fifo-unused");
}

BOOST_AUTO_TEST_CASE(a_fifo_of_another_tool_tells_ha_agent_nothing) {
  replace("    notify \"/usr/bin/ha-agent notify\" root\n", "");
  BOOST_TEST(ids() == "notify-missing");
  text += "global_defs {\n    vrrp_notify_fifo /run/other\n}\n";
  BOOST_TEST(ids().find("notify-missing") != std::string::npos, ids());
  config.agent.notify_fifo = "/run/fifo";
  BOOST_TEST(ids().find("notify-missing") != std::string::npos, ids());
  config.agent.notify_fifo = "/run/other";
  BOOST_TEST(ids().empty(), ids());
}

BOOST_AUTO_TEST_CASE(adverts_passwords_and_empty_files) {
  replace("priority 100", "priority 100\n    advert_int 0.1");
  BOOST_TEST(ids() == "advert-rounded");
  replace("enable_script_security", "enable_script_security\n    vrrp_version 3");
  BOOST_TEST(ids().empty());
  replace("priority 100", "authentication { auth_type PASS\n auth_pass 123456789\n }");
  BOOST_TEST(ids() == "auth-cut");
  text = "";
  BOOST_TEST(ids() == "no-instance");
  text = "vrrp_instance VI_1 {\n";
  BOOST_TEST(ids().starts_with("conf-unreadable"));
}

BOOST_AUTO_TEST_CASE(the_peers_configuration_is_compared) {
  const auto compared = [&](const std::string& from, const std::string& to) {
    const KeepalivedConf ours = seen().conf;
    const std::string kept = text;
    if (!from.empty()) replace(from, to);
    const std::string path = folder.path() + "/peer.conf";
    std::ofstream(path) << text;
    text = kept;
    std::string all;
    for (const Symptom& symptom : compare_keepalived(ours, read_keepalived_conf(path, "db2")))
      all += (all.empty() ? "" : ", ") + symptom.id;
    return all;
  };
  BOOST_TEST(compared("priority 100", "priority 90").empty());
  BOOST_TEST(compared("", "") == "priority-same");
  BOOST_TEST(compared("virtual_router_id 51", "virtual_router_id 52") ==
             "router-id-differs, priority-same");
  BOOST_TEST(
      compared("priority 100", "priority 90\n authentication { auth_type PASS\n auth_pass a\n }") ==
      "auth-differs");
  BOOST_TEST(compared("priority 100", "priority 90\n advert_int 2") == "advert-differs");
  BOOST_TEST(compared("vrrp_instance VI_1", "vrrp_instance VI_9") == "peer-instance");
}

BOOST_AUTO_TEST_CASE(scripts_on_the_disk_are_judged_part_by_part) {
  const std::string path = folder.path() + "/ha-agent";
  BOOST_TEST(!look_at_script(path + " check").exists);
  std::ofstream(path) << "#!/bin/sh\n";
  BOOST_TEST(!look_at_script(path).executable);
  BOOST_REQUIRE(::chmod(path.c_str(), 0755) == 0);
  const ScriptPath good = look_at_script("'" + path + "' check");
  BOOST_TEST(good.executable);
  BOOST_REQUIRE(::chmod(path.c_str(), 0777) == 0);
  BOOST_TEST(look_at_script(path).insecure.size() == good.insecure.size() + 1);
  BOOST_TEST(look_at_script("/bin/sh -c x").insecure.empty());
  BOOST_TEST(!look_at_script("ha-agent check").absolute);
}

BOOST_AUTO_TEST_CASE(accounts_of_mysql_with_too_few_and_too_many_privileges) {
  MysqlExam health;
  health.resource = "mysql main";
  health.account = "ha_agent@localhost";
  health.sync_binlog = "1";
  health.flush_at_commit = "1";
  const auto of = [&](std::vector<std::string> grants) {
    health.grants = std::move(grants);
    std::string all;
    for (const Symptom& symptom : judge_mysql_exam(health)) {
      all += (all.empty() ? "" : ", ") + symptom.id + " " + symptom.evidence;
    }
    return all;
  };
  const std::string enough =
      "GRANT RELOAD, PROCESS, BINLOG MONITOR, CONNECTION ADMIN, READ_ONLY ADMIN, REPLICATION "
      "MASTER "
      "ADMIN, REPLICATION SLAVE ADMIN, SLAVE MONITOR ON *.* TO `ha_agent`@`localhost`";
  BOOST_TEST(of({enough}).empty());
  BOOST_TEST(of({enough, "GRANT INSERT, FILE ON *.* TO `ha_agent`@`localhost`"}) ==
             "privileges-too-many ha_agent@localhost has INSERT, FILE");
  BOOST_TEST(of({"GRANT ALL PRIVILEGES ON *.* TO `ha_agent`@`localhost`"})
                 .starts_with("privileges-too-many"));
  BOOST_TEST(
      of({"GRANT RELOAD, PROCESS, BINLOG MONITOR, CONNECTION ADMIN, REPLICATION MASTER ADMIN, "
          "REPLICATION SLAVE ADMIN, SLAVE MONITOR ON *.* TO `ha_agent`@`localhost`"}) ==
      "privileges-too-few ha_agent@localhost lacks READ_ONLY ADMIN");
  // What is granted on one database only does not count.
  BOOST_TEST(
      of({"GRANT RELOAD ON `app`.* TO `ha_agent`@`localhost`"}).starts_with("privileges-too-few"));
  health.mariadb = false;
  BOOST_TEST(of({"GRANT RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `a`@`b`",
                 "GRANT CONNECTION_ADMIN,REPLICATION_SLAVE_ADMIN,SYSTEM_VARIABLES_ADMIN ON *.* TO "
                 "`a`@`b`"})
                 .empty());
}

BOOST_AUTO_TEST_CASE(servers_that_follow_in_clear_text_share_an_id_or_do_not_sync) {
  MysqlExam health;
  health.grants = {"GRANT SUPER ON *.* TO a"};
  health.sync_binlog = "1";
  health.flush_at_commit = "1";
  const auto has = [&](const std::string& id) {
    const auto found = judge_mysql_exam(health);
    return std::any_of(found.begin(), found.end(),
                       [&](const Symptom& each) { return each.id == id; });
  };
  health.source_host = "192.0.2.12";
  BOOST_TEST(has("replication-clear"));
  health.source_tls = true;
  BOOST_TEST(!has("replication-clear"));
  health.source_tls = false;
  health.source_host = "127.0.0.1";
  BOOST_TEST(!has("replication-clear"));
  health.replication_password = 33;
  BOOST_TEST(!has("replication-password-long"));
  health.mariadb = false;
  BOOST_TEST(has("replication-password-long"));
  health.replication_password = 32;
  BOOST_TEST(!has("replication-password-long"));
  health.mariadb = true;
  health.server_id = health.peer_server_id = "1";
  BOOST_TEST(has("server-id-same"));
  BOOST_TEST(!has("commit-not-durable"));
  health.flush_at_commit = "2";
  BOOST_TEST(has("commit-not-durable"));
  BOOST_TEST(!has("name-resolution"));
  health.skip_name_resolve = "1";
  BOOST_TEST(!has("name-resolution"));
  health.skip_name_resolve = "0";
  BOOST_TEST(has("name-resolution"));
  BOOST_TEST(!has("clock-skew"));
  health.peer_ahead_ms = -1000;
  BOOST_TEST(has("clock-skew"));
  health.peer_ahead_ms = 999;
  BOOST_TEST(!has("clock-skew"));
}

BOOST_AUTO_TEST_CASE(text_and_json_say_the_same_and_the_gravest_comes_first) {
  std::vector<Symptom> all{
      {Severity::info, "c", "p", Text::doctor_fall_one, "seen", "line"},
      {Severity::critical, "a", "p", Text::doctor_fall_one, "seen", "one\n  two"},
      {Severity::warning, "b", "p", Text::doctor_fall_one, "seen", "line"}};
  sort_symptoms(all);
  const std::string shown = render_doctor_text(all, false);
  BOOST_TEST(shown.starts_with("CRITICAL  a  p\n  a single late answer moves the VIP\n  seen: "
                               "seen\n  mend:\n      one\n        two\n\n"),
             shown);
  BOOST_TEST(shown.ends_with("1 critical, 1 warnings, 1 notes\n"), shown);
  BOOST_TEST(render_doctor_text(all, false, Lang::zh_cn)
                 .starts_with(
                     "严重  a  p\n  一次应答超时就会切换 VIP\n  依据: seen\n  处理:\n      one\n"));
  const auto json = nlohmann::json::parse(render_doctor_json(all));
  BOOST_TEST(json.at("symptoms").at(0).at("what") == "a single late answer moves the VIP");
  BOOST_TEST(json.at("worst") == "critical");
  BOOST_TEST(json.at("symptoms").at(2).at("id") == "c");
  BOOST_TEST((doctor_exit(all) == ExitCode::no_verdict));
  all.erase(all.begin());
  BOOST_TEST((doctor_exit(all) == ExitCode::no));
  all.erase(all.begin());
  BOOST_TEST((doctor_exit(all) == ExitCode::ok));
  BOOST_TEST(render_doctor_text({}, false) == "nothing was found that would bite\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
