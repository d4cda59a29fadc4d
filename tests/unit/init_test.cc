// What `init` makes of a pair: against the README, which people follow by hand, and against what is
// wrong.
#include <sys/stat.h>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "agent/text.h"
#include "notify/init_find.h"
#include "notify/init_pair.h"
#include "notify/init_write.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

using namespace ha;
using ha::test::read_text;
using ha::test::TempDir;

namespace {

InitPair readme_pair(bool mariadb = true) {
  InitPair pair;
  pair.nodes = {InitNode{"db1", "192.0.2.11", "eth0"}, InitNode{"db2", "192.0.2.12", "eth0"}};
  pair.vip = "192.0.2.100";
  pair.mysql = InitMysql{};
  pair.mysql->socket = "/run/mysqld/mysqld.sock";
  pair.mysql->mariadb = mariadb;
  pair.mysql->settings_file = "/etc/mysql/mariadb.conf.d/60-ha.cnf";
  pair.mysql->databases.emplace();
  pair.redis = InitRedis{};
  pair.witness = "192.0.2.1";
  pair.secrets = {"agent-secret", "repl-secret", "redis-agent-secret", "redis-secret"};
  return pair;
}

std::string without_comments(const std::string& text) {
  std::string rest;
  for (std::string_view line : split(text, '\n')) {
    line = trimmed(line.substr(0, line.find('#')));
    if (!line.empty()) rest.append(line).append("\n");
  }
  return rest;
}

/// Each line of `made` stands in the README.
void stands_in_readme(const std::string& made) {
  const std::string readme = "\n" + without_comments(read_text("README.md"));
  const std::string lines = without_comments(made);
  for (const std::string_view line : split(lines, '\n')) {
    if (line.empty()) continue;
    BOOST_TEST(readme.find("\n" + std::string(line) + "\n") != std::string::npos, line);
  }
}

/// The one fault that this change makes.
template <class Change>
std::string fault(Change change) {
  InitPair pair = readme_pair();
  change(pair);
  const auto faults = faults_of(pair);
  BOOST_REQUIRE(faults.size() == 1U);
  return say(Lang::en, faults.front().what);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(init)

BOOST_AUTO_TEST_CASE(keepalived_is_configured_as_in_the_examples) {
  const InitPair pair = readme_pair();
  BOOST_TEST(without_comments(init_keepalived_conf(pair, 0)) ==
             without_comments(read_text("etc/keepalived/two-node-a.conf.example")));
  BOOST_TEST(without_comments(init_keepalived_conf(pair, 1)) ==
             without_comments(read_text("etc/keepalived/two-node-b.conf.example")));
}

BOOST_AUTO_TEST_CASE(what_an_older_configuration_says_of_the_instance_is_carried_over) {
  InitPair pair = readme_pair();
  pair.instance = "DB";
  pair.router_id = 77;
  pair.nodes[1].interface = "ens3";
  pair.authentication = {"authentication {", "    auth_type PASS", "    auth_pass 1234", "}"};
  const std::string text = init_keepalived_conf(pair, 1);
  for (const char* const line :
       {"\nvrrp_instance DB {\n", "\n    virtual_router_id 77\n", "\n    interface ens3\n",
        "\n    authentication {\n        auth_type PASS\n        auth_pass 1234\n    }\n"}) {
    BOOST_CHECK_MESSAGE(text.find(line) != std::string::npos, line << " in " << text);
  }
}

BOOST_AUTO_TEST_CASE(mariadb_and_mysql_are_configured_as_in_the_readme) {
  stands_in_readme(init_mysql_settings(readme_pair(), 0));
  stands_in_readme(init_mysql_settings(readme_pair(false), 0));
  InitPair pair = readme_pair();
  BOOST_TEST(init_mysql_settings(pair, 1).find("= 12\n") != std::string::npos);
  pair.nodes[1].address = "198.51.100.11";
  BOOST_TEST(init_mysql_settings(pair, 0).find("server_id                             = 1\n") !=
             std::string::npos);
  BOOST_TEST(init_mysql_settings(pair, 1).find("server_id                             = 2\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_accounts_have_the_privileges_of_the_readme) {
  const auto words = [](std::string text) {
    std::string flat;
    for (const char character : text) {
      const char one = character == '\n' ? ' ' : character;
      if (one != ' ' || flat.empty() || flat.back() != ' ') flat += one;
    }
    return flat;
  };
  const std::string readme = words(read_text("README.md"));
  for (const bool mariadb : {true, false}) {
    const std::string sql = words(init_accounts(readme_pair(mariadb)));
    const auto begin = sql.find("GRANT ");
    const std::string grant = sql.substr(begin, sql.find(" TO ", begin) - begin);
    BOOST_TEST(readme.find(grant + " TO ha_agent") != std::string::npos, grant);
  }
}

BOOST_AUTO_TEST_CASE(redis_gets_the_user_of_the_readme) {
  const std::string commands = init_redis_commands(readme_pair(), 0);
  const auto begin = commands.find("-@all");
  const std::string rights = commands.substr(begin, commands.find('\n', begin) - begin);
  BOOST_TEST(read_text("README.md").find("user ha_agent on >redis-agent-secret " + rights + "\n") !=
             std::string::npos);
  BOOST_TEST(commands.find("REPLICAOF") == std::string::npos);
  BOOST_TEST(init_redis_commands(readme_pair(), 1).find("REPLICAOF 192.0.2.11 6379\n") !=
             std::string::npos);
  BOOST_TEST(commands.find("ACL SAVE") == std::string::npos);
  InitPair pair = readme_pair();
  pair.redis->acl_file = true;
  BOOST_TEST(init_redis_commands(pair, 0).find("ACL SAVE\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_an_empty_server_needs_no_copy) {
  InitPair pair = readme_pair();
  BOOST_TEST(init_setup(pair, 1).find("COPIED") == std::string::npos);
  pair.mysql->databases->push_back("shop");
  BOOST_TEST(init_setup(pair, 1).find("db1 holds databases (shop)") != std::string::npos);
  pair.mysql->databases.reset();
  BOOST_TEST(init_setup(pair, 1).find("whether db1 holds databases could not be seen") !=
             std::string::npos);
  BOOST_TEST(init_setup(pair, 0).find("COPIED") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(scripts_are_right_to_the_shell) {
  const TempDir dir;
  InitPair pair = readme_pair();
  pair.unit = "worker.service";
  pair.mysql->databases->push_back("shop");
  for (const std::size_t node : {0U, 1U}) {
    const std::string path = dir.path() + "/setup.sh";
    std::ofstream(path) << init_setup(pair, node);
    std::string said;
    BOOST_TEST(test::run({"/bin/sh", "-n", path}, &said) == 0, said);
  }
}

BOOST_AUTO_TEST_CASE(a_pair_without_fault) {
  BOOST_TEST(faults_of(readme_pair()).empty());
}

BOOST_AUTO_TEST_CASE(each_fault_is_named) {
  const auto begins = [](const std::string& text, std::string_view with) {
    BOOST_TEST(text.rfind(with, 0) == 0, text);
  };
  begins(fault([](InitPair& pair) { pair.nodes[0].name = "db 1"; }), "this node's name: expected");
  begins(fault([](InitPair& pair) { pair.nodes[1].name = "../db2"; }),
         "the other node's name: expected");
  begins(fault([](InitPair& pair) { pair.nodes[1].name = "db1"; }), "both nodes are called 'db1'");
  begins(fault([](InitPair& pair) { pair.nodes[1].address = "db2"; }),
         "the other node's address: expected");
  const std::string six = fault([](InitPair& pair) { pair.nodes[1].address = "2001:db8::1"; });
  BOOST_TEST(six.find("for IPv6") != std::string::npos);
  begins(fault([](InitPair& pair) { pair.nodes[1].address = "192.0.2.11"; }),
         "both nodes have the address");
  begins(fault([](InitPair& pair) { pair.nodes[0].interface = "eth0 {"; }),
         "this node's interface");
  begins(fault([](InitPair& pair) { pair.vip.clear(); }), "the VIP: expected");
  begins(fault([](InitPair& pair) { pair.vip = "192.0.2.12"; }),
         "the VIP 192.0.2.12 is a node's own");
  begins(fault([](InitPair& pair) { pair.router_id = 0; }), "virtual_router_id");
  begins(fault([](InitPair& pair) { pair.router_id = 256; }), "virtual_router_id");
  begins(fault([](InitPair& pair) { pair.http_url = "127.0.0.1"; }), "the back end");
  begins(fault([](InitPair& pair) { pair.http_url = "http://a\nb"; }), "the back end");
  begins(fault([](InitPair& pair) { pair.unit = "a b"; }), "the unit");
  begins(fault([](InitPair& pair) { pair.witness = "gate way"; }), "the witness");
  begins(fault([](InitPair& pair) { pair.witness = "192.0.2.12"; }),
         "the witness 192.0.2.12 is part of the pair");
  begins(fault([](InitPair& pair) {
           pair.mysql.reset();
           pair.redis.reset();
         }),
         "nothing to fail over");
}

BOOST_AUTO_TEST_CASE(in_chinese_the_pair_speaks_it_from_then_on) {
  InitPair pair = readme_pair();
  BOOST_TEST(init_agent_conf(pair, 0).find("lang") == std::string::npos);
  pair.lang = Lang::zh_cn;
  BOOST_TEST(init_agent_conf(pair, 0).find("\nlang = zh-CN\n") != std::string::npos);
  pair.nodes[1].name = "db1";
  const auto faults = faults_of(pair);
  BOOST_REQUIRE(faults.size() == 1U);
  BOOST_TEST((faults[0].part == InitPart::peer_name));
  BOOST_TEST(say(Lang::zh_cn, faults[0].what) == "两个节点都叫 'db1'：请取不同的名称");
}

BOOST_AUTO_TEST_CASE(a_vip_and_its_prefix) {
  BOOST_TEST(parse_vip("192.0.2.100/28", 24)->second == 28);
  BOOST_TEST(parse_vip("192.0.2.100", 24)->second == 24);
  BOOST_TEST(parse_vip("192.0.2.100/32", 24)->second == 32);
  for (const char* const wrong : {"", "/24", "192.0.2.100/", "192.0.2.100/0", "192.0.2.100/33",
                                  "192.0.2/24", "192.0.2.100/24 dev eth0", "192.0.2.100/x"}) {
    BOOST_TEST(!parse_vip(wrong, 24), wrong);
  }
}

BOOST_AUTO_TEST_CASE(the_gateway_of_a_routing_table) {
  const std::string head = "Iface\tDestination\tGateway\tFlags\n";
  BOOST_TEST(default_gateway(head) == "");
  BOOST_TEST(default_gateway(head + "eth0\t000200C0\t00000000\t0001\n") == "");
  BOOST_TEST(
      default_gateway(head + "eth0\t000200C0\t00000000\t0001\neth0\t00000000\t010200C0\t0003\n") ==
      "192.0.2.1");
  BOOST_TEST(default_gateway(head + "tun0\t00000000\t00000000\t0001\n") == "");
}

BOOST_AUTO_TEST_CASE(a_file_is_replaced_only_when_somebody_agrees) {
  const TempDir dir;
  InitTarget target{
      dir.path() + "/new/file.conf", "one\n", 0640, std::nullopt, false, "sample\n", true};
  const auto agree = [](std::optional<bool> answer) {
    return [answer](const Sentence&) { return answer; };
  };
  BOOST_TEST((put_file(target, agree(std::nullopt), Lang::en).value() == InitPut::made));
  struct stat st {};
  BOOST_REQUIRE(::stat(target.path.c_str(), &st) == 0);
  BOOST_TEST((st.st_mode & 07777U) == 0640U);
  BOOST_TEST((put_file(target, agree(std::nullopt), Lang::en).value() == InitPut::same));
  target.content = "two\n";
  const auto nobody = put_file(target, agree(std::nullopt), Lang::en);
  BOOST_REQUIRE(!nobody);
  BOOST_TEST((nobody.error().kind == ErrorKind::config));
  BOOST_TEST((put_file(target, agree(false), Lang::en).value() == InitPut::left));
  BOOST_TEST(read_text(target.path) == "one\n");
  ::chmod(target.path.c_str(), 0600);
  BOOST_TEST((put_file(target, agree(true), Lang::en).value() == InitPut::replaced));
  BOOST_TEST(read_text(target.path) == "two\n");
  BOOST_REQUIRE(::stat(target.path.c_str(), &st) == 0);
  BOOST_TEST((st.st_mode & 07777U) == 0600U);
  std::vector<std::string> others;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path() + "/new")) {
    if (entry.path() != target.path) others.push_back(entry.path());
  }
  BOOST_REQUIRE(others.size() == 1U);
  BOOST_TEST(others.front().rfind(target.path + ".before-init-", 0) == 0);
  BOOST_TEST(read_text(others.front()) == "one\n");
  std::ofstream(target.path) << "sample\n";
  BOOST_TEST((put_file(target, agree(std::nullopt), Lang::en).value() == InitPut::replaced));
  BOOST_TEST(read_text(target.path) == "two\n");
}

BOOST_AUTO_TEST_SUITE_END()
