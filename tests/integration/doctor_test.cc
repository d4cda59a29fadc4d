// What `doctor` finds in real servers whose faults were really made.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/agent.h"

using namespace ha;
using namespace ha::test;
using nlohmann::json;

namespace {

struct Doctor {
  TempDir folder;
  int exit_code = 0;

  json symptoms(const std::string& sections, const std::string& conf = "") {
    const std::string path = folder.path() + "/keepalived.conf";
    std::ofstream(path) << conf;
    const Agent agent(sections, "vip = 192.0.2.250\ndeadline = 5s");
    std::string output;
    exit_code = agent.run({"doctor", "--keepalived-conf", path, "--format", "json"}, &output);
    return json::parse(output).at("symptoms");
  }
  static const json* find(const json& all, const std::string& id, const std::string& place = "") {
    for (const json& each : all) {
      if (each.at("id") == id && (place.empty() || each.at("place") == place)) return &each;
    }
    return nullptr;
  }
};

BOOST_FIXTURE_TEST_SUITE(doctor, Doctor)

BOOST_AUTO_TEST_CASE(a_bare_mysql_server_and_what_its_account_may_do) {
  const MariaDb server;
  server.sql("CREATE USER few@localhost IDENTIFIED BY 'x'");
  server.sql("GRANT SLAVE MONITOR, RELOAD ON *.* TO few@localhost");
  const std::string section = "[mysql main]\nsocket = " + server.by_socket().socket + "\n";
  const json few = symptoms(section + "user = few\npassword = x\n");
  const json* missing = find(few, "privileges-too-few", "mysql main");
  BOOST_REQUIRE(missing != nullptr);
  const std::string evidence = missing->at("evidence");
  BOOST_TEST(evidence.find("READ_ONLY ADMIN") != std::string::npos, evidence);
  BOOST_TEST(evidence.find("RELOAD") == std::string::npos, evidence);
  BOOST_TEST(exit_code == 2);
  // The line that it says to run mends it.
  server.sql(missing->at("mend"));
  const json mended = symptoms(section + "user = few\npassword = x\n");
  BOOST_TEST(find(mended, "privileges-too-few") == nullptr, mended.dump(1));

  const json all = symptoms(section + "user = root\n");
  BOOST_TEST(find(all, "privileges-too-many") != nullptr);
  const json* setting = find(all, "setting-missing", "mysql main");
  BOOST_REQUIRE(setting != nullptr);
  BOOST_TEST(setting->at("mend") == "read_only = ON");
  BOOST_TEST(setting->at("evidence") == "read_only = OFF");
}

BOOST_AUTO_TEST_CASE(a_mysql_server_that_asks_a_name_server_about_each_client) {
  const MariaDb without;
  BOOST_TEST(find(symptoms(mysql_section(without, "")), "name-resolution") == nullptr);
  const MariaDb server({"--skip-name-resolve=OFF"});
  BOOST_TEST(find(symptoms(mysql_section(server, "")), "name-resolution") != nullptr);
}

BOOST_AUTO_TEST_CASE(two_mysql_servers_with_one_id_replicating_in_clear_text) {
  const MariaDb peer;
  const MariaDb server(
      {"--server-id=" + std::to_string(peer.server_id()), "--innodb-flush-log-at-trx-commit=2"});
  server.sql("CHANGE MASTER TO MASTER_HOST='192.0.2.1', MASTER_USER='repl'");
  const json all = symptoms(mysql_section(server, peer_keys(peer)));
  BOOST_TEST(find(all, "server-id-same") != nullptr, all.dump(1));
  BOOST_TEST(find(all, "commit-not-durable") != nullptr);
  BOOST_TEST(find(all, "replication-clear") != nullptr);
  BOOST_TEST(find(all, "no-witness") != nullptr);
  BOOST_TEST(find(all, "clock-skew") == nullptr);
}

// The agent's time of day is wrong by LD_PRELOAD, and nobody else's.
BOOST_AUTO_TEST_CASE(a_clock_that_differs_is_seen_at_each_server_of_the_peer) {
  const MariaDb own;
  const MariaDb peer;
  const Redis own_redis;
  const Redis peer_redis;
  const std::string library = folder.path() + "/clock.so";
  BOOST_REQUIRE(run({"cc", "-shared", "-fPIC", "-o", library, "tests/e2e/programs/clock.c"}) == 0);
  std::ofstream(folder.path() + "/clock") << "5\n";
  std::ofstream(folder.path() + "/keepalived.conf").flush();
  const Agent agent(mysql_section(own, peer_keys(peer)) + redis_section(own_redis, &peer_redis),
                    "deadline = 5s");
  std::string output;
  run(agent.argv(
          {"doctor", "--keepalived-conf", folder.path() + "/keepalived.conf", "--format", "json"}),
      &output, {{"LD_PRELOAD", library}, {"WRONG_CLOCK", folder.path() + "/clock"}});
  const json all = json::parse(output).at("symptoms");
  for (const char* place : {"mysql main", "redis cache"}) {
    const json* skew = find(all, "clock-skew", place);
    BOOST_REQUIRE(skew != nullptr);
    const std::string evidence = skew->at("evidence");
    BOOST_TEST(evidence.find("behind this host's") != std::string::npos, evidence);
  }
}

BOOST_AUTO_TEST_CASE(a_redis_that_forgets_everything_and_lacks_commands) {
  const Redis forgets(
      {"save \"\"", "appendonly no", "replica-priority 0", "repl-backlog-size 1mb"});
  const Redis renamed({"rename-command CLIENT \"\"", "rename-command REPLICAOF secret"});
  const json all = symptoms("[redis forgets]\nport = " + std::to_string(forgets.port()) +
                            "\n[redis renamed]\nport = " + std::to_string(renamed.port()) + "\n");
  BOOST_TEST(find(all, "no-persistence", "redis forgets") != nullptr, all.dump(1));
  BOOST_TEST(find(all, "priority-zero", "redis forgets") != nullptr);
  BOOST_TEST(find(all, "backlog-small", "redis forgets") != nullptr);
  const json* lacks = find(all, "commands-renamed", "redis renamed");
  BOOST_REQUIRE(lacks != nullptr);
  BOOST_TEST(lacks->at("evidence") == "the server does not know replicaof, client");
  BOOST_TEST(find(all, "commands-renamed", "redis forgets") == nullptr);
}

// A machine that was booted 20 s ago as far as its processes can tell (a time namespace), with a
// keepalived that was started then.
BOOST_AUTO_TEST_CASE(a_keepalived_that_starts_with_the_machine) {
  if (::geteuid() != 0) return;
  const Agent agent("[redis cache]\nport = 1\n", "vip = 192.0.2.250");
  const std::string instance =
      "vrrp_instance VI_1 {\n    interface lo\n    virtual_router_id 51\n    state BACKUP\n"
      "    virtual_ipaddress {\n        192.0.2.250/24\n    }\n}\n";
  std::string doctor;
  for (const std::string& word : agent.argv(
           {"doctor", "--keepalived-conf", folder.path() + "/keepalived.conf", "--format", "json"}))
    doctor += word + " ";
  std::ofstream(folder.path() + "/boot.sh")
      << "cd " << folder.path() << "\nip link set lo up\n"
      << "keepalived -n -P -l -f $PWD/keepalived.conf -p $PWD/p -r $PWD/r >log 2>&1 &\n"
      << "cd - >/dev/null\n"
      << "for i in $(seq 100); do\n  found=$(" << doctor << ")\n"
      << "  case $found in *keepalived-not-running*) sleep 0.1 ;; *) break ;; esac\ndone\n"
      << "printf '%s' \"$found\"\n";
  const auto uptime = static_cast<std::int64_t>(std::stod(read_text("/proc/uptime")));
  const auto booted = [&](const std::string& conf) {
    std::ofstream(folder.path() + "/keepalived.conf") << conf;
    std::string output;
    run({"unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--time",
         "--boottime", std::to_string(20 - uptime), "sh", folder.path() + "/boot.sh"},
        &output);
    BOOST_TEST_INFO(output);
    const json all = json::parse(output).at("symptoms");
    BOOST_TEST(find(all, "keepalived-not-running") == nullptr);
    const json* found = find(all, "startup-unheard");
    return found == nullptr ? std::string() : found->at("evidence").get<std::string>();
  };
  const std::string evidence = booted(instance);
  BOOST_TEST(evidence.starts_with("keepalived was started 2"), evidence);
  BOOST_TEST(evidence.ends_with("after the boot; no vrrp_startup_delay"), evidence);
  BOOST_TEST(booted("global_defs {\n    vrrp_startup_delay 30\n}\n" + instance) == "");
}

BOOST_AUTO_TEST_CASE(a_server_that_is_gone_and_a_configuration_without_an_instance) {
  const json all = symptoms("[redis cache]\nport = 1\n[http api]\nurl = http://127.0.0.1:1/\n");
  BOOST_TEST(find(all, "server-silent", "redis cache") != nullptr, all.dump(1));
  BOOST_TEST(find(all, "no-instance") != nullptr);
  BOOST_TEST(find(all, "watch-not-running") != nullptr);
  BOOST_TEST(exit_code == 2);
  BOOST_TEST(all.front().at("severity") == "critical");
  BOOST_TEST(all.back().at("severity") != "critical");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
