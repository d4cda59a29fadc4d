// The check as a whole: everything frozen, many copies at once, names that do not resolve, a
// memory that cannot be written, back ends that start, and a node that stays away.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "tests/support/checked.h"
#include "tests/support/http_server.h"
#include "tests/support/wait.h"

using namespace ha::test;

namespace {

std::string http_section(const std::string& url) {
  return fmt::format("[http api]\nurl = {}\n", url);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_whole)

BOOST_AUTO_TEST_CASE(with_every_server_frozen_it_ends_and_names_them_all) {
  MariaDb mysql;
  Redis redis;
  HttpReply silence;
  silence.silent = true;
  const HttpServer http(silence);
  const Agent agent(http_section(http.url()) + mysql_section(mysql) + redis_section(redis));
  mysql.freeze();
  redis.freeze();
  const Checked checked = check(agent, {"--deadline", "300ms"});
  BOOST_TEST(checked.code == 2);
  for (const char* resource : {"http api", "mysql main", "redis cache"}) {
    BOOST_TEST(checked.level(resource) == "unknown", resource);
    BOOST_TEST(checked.reason().find(resource) != std::string::npos, resource);
  }
}

BOOST_AUTO_TEST_CASE(twenty_copies_agree_and_one_of_them_logs_the_change) {
  MariaDb mysql({"--read-only"});
  Redis redis;
  const Agent agent(mysql_section(mysql) + redis_section(redis));
  const TempDir logs;
  const auto all = [&](const std::string& round) {
    std::vector<Child> children;
    for (int i = 0; i < 20; ++i) {
      children.emplace_back(agent.argv({"--verbose", "check", "--deadline", "30s"}),
                            logs.path() + "/" + round);
    }
    int sum = 0;
    for (Child& child : children) sum += child.wait();
    return sum;
  };
  BOOST_TEST(all("first") == 0);
  BOOST_TEST(count(read_text(logs.path() + "/first"), "ha-agent: check: ok") == 1U);
  redis.kill9();
  BOOST_TEST(all("second") == 20);
  BOOST_TEST(count(read_text(logs.path() + "/second"), "ha-agent: check: no (was ok)") == 1U);
  std::string output;
  BOOST_TEST(agent.run({"--verbose", "check", "mysql"}, &output) == 0);
  BOOST_TEST(count(output, "ha-agent: check:") ==
             0U);  // a check of one resource is not the verdict
}

BOOST_AUTO_TEST_CASE(a_name_whose_resolver_hangs_does_not_hold_it_up) {
  if (::geteuid() != 0) return;  // a network of the test's own takes root
  const Agent agent(
      "[mysql main]\nhost = db.example\nuser = root\n[http api]\n"
      "url = http://web.example/\n[redis cache]\nhost = cache.example\n");
  const TempDir dir;
  std::ofstream(dir.path() + "/resolv.conf") << "nameserver 192.0.2.53\n";
  std::ofstream(dir.path() + "/nsswitch.conf") << "hosts: files dns\n";
  std::vector<std::string> argv{"unshare",
                                "--net",
                                "--mount",
                                "sh",
                                "-c",
                                "ip link set lo up && ip link add d0 type veth peer name d1 && ip "
                                "link set d1 up && ip addr add 192.0.2.9/24 dev d0 && "
                                "ip link set d0 up && mount --bind " +
                                    dir.path() +
                                    "/resolv.conf /etc/resolv.conf && "
                                    "mount --bind " +
                                    dir.path() + "/nsswitch.conf /etc/nsswitch.conf && exec \"$@\"",
                                "sh"};
  for (const auto& word : agent.argv({"check", "--format", "json", "--deadline", "400ms"})) {
    argv.push_back(word);
  }
  std::string output;
  const int code = run(argv, &output);
  const Checked checked = read_check(code, output);
  BOOST_TEST(checked.code == 2);
  BOOST_TEST(checked.says("mysql main", "the name db.example is not resolved"));
  BOOST_TEST(checked.says("redis cache", "the name cache.example is not resolved"));
  BOOST_TEST(checked.says("http api", "the name was not resolved"));
}

BOOST_AUTO_TEST_CASE(a_memory_that_cannot_be_written_changes_no_verdict) {
  const HttpServer http;
  const Agent agent(http_section(http.url()));
  std::filesystem::create_directories(agent.state_dir());
  std::ofstream(agent.state_dir() + "/check") << "in the way";
  const Checked checked = check(agent);
  BOOST_TEST(checked.code == 0);
  BOOST_TEST(checked.report["remarks"].size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_back_end_is_pending_after_a_promotion_until_it_was_healthy_once) {
  HttpServer http({503, "", {}});
  const Agent agent(http_section(http.url()), "start_timeout = 10m");
  BOOST_TEST(check(agent).code == 1);  // a standby's is not starting
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(check(agent).code == 0);
  BOOST_TEST(check(agent).level("http api") == "pending");
  http.answer_with({});
  BOOST_TEST(check(agent).level("http api") == "ok");
  http.answer_with({503, "", {}});
  BOOST_TEST(check(agent).code == 1);
}

BOOST_AUTO_TEST_CASE(a_back_end_for_masters_is_not_asked_on_a_standby) {
  const HttpServer http({503, "", {}});
  const Agent agent(http_section(http.url()) + "probe_when = master\n", "start_timeout = 1ms");
  const Checked standby = check(agent);
  BOOST_TEST(standby.code == 0);
  BOOST_TEST(standby.says("http api", "not asked on a standby"));
  BOOST_TEST(http.requests().empty());
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(wait_for([&] { return check(agent).code == 1; }));
}

BOOST_AUTO_TEST_CASE(a_node_that_failed_as_master_stays_away_while_the_peer_serves) {
  MariaDb own(semi_sync_args());
  MariaDb peer(semi_sync_args());
  own.sql("SET GLOBAL read_only = ON");
  peer.sql("SET GLOBAL read_only = ON");
  HttpServer http({503, "", {}});
  const Agent agent(
      http_section(http.url()) + "probe_when = master\n" + mysql_section(own, peer_keys(peer)),
      "failback_delay = 10m\nstart_timeout = 1ms");
  BOOST_TEST(check(agent).code == 0);
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  BOOST_REQUIRE(wait_for([&] { return check(agent).code == 1; }));
  BOOST_REQUIRE(agent.run({"notify", "BACKUP"}) == 0);
  // The peer has taken over, and this node follows it.
  peer.sql("SET GLOBAL read_only = OFF");
  own.sql("SET GLOBAL rpl_semi_sync_slave_enabled = ON");  // a promotion switches it off
  own.replicate_from(peer);
  BOOST_REQUIRE(check(agent, {"--deadline", "5s"}).code == 1);
  const Checked away = check(agent, {"--deadline", "5s"});
  BOOST_TEST(away.code == 1);
  BOOST_TEST(away.reason().find("stays away for another") != std::string::npos);
  peer.sql("SET GLOBAL read_only = ON");
  BOOST_TEST(check(agent, {"--deadline", "5s"}).code == 0);
  peer.sql("SET GLOBAL read_only = OFF");
  BOOST_TEST(check(agent, {"--deadline", "5s"}).code == 1);
  peer.freeze();
  BOOST_TEST(check(agent).code == 0);
  peer.kill9();
  const Checked alone = check(agent);
  BOOST_TEST(alone.code == 0, alone.reason());
}

BOOST_AUTO_TEST_CASE(words_and_an_empty_configuration_have_codes_of_their_own) {
  const HttpServer http;
  const Agent agent(http_section(http.url()));
  std::string output;
  BOOST_TEST(agent.run({"check", "nothing"}, &output) == 64);
  BOOST_TEST(output.find("there are: http api") != std::string::npos);
  BOOST_TEST(agent.run({"check", "--deadline", "0ms"}) == 64);
  BOOST_TEST(agent.run({"check", "--deadline", "soon"}) == 64);
  BOOST_TEST(agent.run({"check", "--format", "xml"}) == 64);
  const Agent empty("");
  BOOST_TEST(empty.run({"check"}) == 78);
  BOOST_TEST(empty.run({"check", "--format", "nagios"}, &output) == 3);
  BOOST_TEST(output.starts_with("HA UNKNOWN:"));
  BOOST_TEST(agent.run({"check", "--format", "nagios"}, &output) == 0);
  BOOST_TEST(output.starts_with("HA OK:"));
  const Agent wrong("[mysql main]\nnonsense = 1\n");
  BOOST_TEST(wrong.run({"check"}) == 78);
  BOOST_TEST(wrong.run({"check", "--format", "nagios"}) == 3);
}

BOOST_AUTO_TEST_SUITE_END()
