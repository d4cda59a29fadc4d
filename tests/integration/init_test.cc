// `init` with real servers: what it finds, what it makes of them and of a second run, and what the
// servers say to it.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "agent/text.h"
#include "notify/init_find.h"
#include "tests/support/agent.h"

using namespace ha;
using namespace ha::test;

namespace {

/// A folder to work in, and a host of which every word is said.
struct Pair {
  TempDir folder;
  MariaDb mariadb{semi_sync_args()};
  Redis redis;

  std::string out() const { return folder.path() + "/pair"; }
  std::string file(const std::string& path) const { return read_text(out() + "/" + path); }

  int init(const std::vector<std::string>& more, std::string* output = nullptr,
           const std::string& answers = "") const {
    std::vector<std::string> argv{"/bin/sh", "-c",
                                  "printf '" + answers + "' | build/ha-agent \"$@\"", "sh", "init"};
    const std::map<std::string, std::string> words{{"--node", "db1"},
                                                   {"--address", "192.0.2.11"},
                                                   {"--interface", "eth0"},
                                                   {"--peer", "db2=192.0.2.12"},
                                                   {"--vip", "192.0.2.100/24"},
                                                   {"--witness", "192.0.2.1"},
                                                   {"--mysql", mariadb.by_socket().socket},
                                                   {"--redis", std::to_string(redis.port())},
                                                   {"--lang", "en"},
                                                   {"--out", out()}};
    for (const auto& [word, value] : words) {
      if (std::find(more.begin(), more.end(), word) != more.end()) continue;
      argv.push_back(word);
      argv.push_back(value);
    }
    argv.insert(argv.end(), more.begin(), more.end());
    return run(argv, output);
  }
};

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(init_pair, Pair)

BOOST_AUTO_TEST_CASE(what_it_makes_is_accepted_by_real_servers) {
  std::string output;
  mariadb.sql("CREATE DATABASE shop");
  BOOST_REQUIRE(init({"--yes"}, &output) == 0);
  BOOST_TEST(holds(output, "found: MariaDB 1"), output);
  BOOST_TEST(holds(output, "found: Redis or Valkey "), output);

  std::string statement;
  std::istringstream accounts(file("db1/accounts.sql"));
  for (std::string line; std::getline(accounts, line);) {
    if (line.rfind("--", 0) == 0) continue;
    statement += line + "\n";
    if (line.empty() || line.back() != ';') continue;
    mariadb.sql(statement);
    statement.clear();
  }
  std::istringstream commands(file("db1/redis.commands"));
  for (std::string line; std::getline(commands, line);) {
    BOOST_TEST(redis.command(words_of(line)).text == "OK", line);
    if (line.rfind("CONFIG SET requirepass ", 0) == 0) redis.password = line.substr(23);
  }

  // The configuration with the passwords where they lie here: the accounts may do what ha-agent
  // needs, and no more.
  std::string conf = file("db1/etc/ha-agent/ha-agent.conf");
  for (auto at = conf.find("= /etc/ha-agent/"); at != std::string::npos;
       at = conf.find("= /etc/ha-agent/")) {
    conf.replace(at, 2, "= " + out() + "/db1");
  }
  BOOST_REQUIRE(::system(("chmod -R o= " + out()).c_str()) == 0);
  const std::string path = folder.path() + "/ha-agent.conf";
  std::ofstream(path) << conf;
  BOOST_REQUIRE(::chmod(path.c_str(), 0640) == 0);
  std::string checked;
  BOOST_TEST(run({"build/ha-agent", "--config", path, "config", "check"}, &checked) == 0, checked);
  std::string told;
  run({"build/ha-agent", "--config", path, "doctor", "--keepalived-conf",
       out() + "/db1/etc/keepalived/keepalived.conf"},
      &told);
  for (const char* const id : {"privileges-too-few", "privileges-too-many", "does not answer"}) {
    BOOST_TEST(!holds(told, id), told);
  }
}

BOOST_AUTO_TEST_CASE(a_second_run_changes_nothing_and_keeps_the_secrets) {
  BOOST_REQUIRE(init({"--yes"}) == 0);
  const std::string secret = file("db1/etc/ha-agent/mysql.password");
  BOOST_TEST(secret.size() == 33U);
  BOOST_TEST(secret == file("db2/etc/ha-agent/mysql.password"));
  BOOST_TEST(secret != file("db1/etc/ha-agent/repl.password"));
  std::string output;
  BOOST_REQUIRE(init({"--yes"}, &output) == 0);
  for (const char* const word : {"new: ", "replaced: ", "left: "})
    BOOST_TEST(!holds(output, word), output);
  BOOST_TEST(holds(output, "the same:  " + out() + "/db2/redis.commands"), output);
}

BOOST_AUTO_TEST_CASE(the_next_steps_name_the_folder_also_when_it_was_given_with_a_slash) {
  std::string output;
  BOOST_REQUIRE(init({"--yes", "--out", out() + "//"}, &output) == 0);
  const std::string name = out().substr(out().rfind('/') + 1);
  for (const std::string& line : {"\n  1. on db1:  sudo ha-agent init --install " + out() + "\n",
                                  "\n     and there:  sudo ha-agent init --install " + name + "\n",
                                  "\n  3. first on db1:  sudo sh " + out() + "/db1/setup.sh\n",
                                  "\n     then on db2:  sudo sh " + name + "/db2/setup.sh\n"})
    BOOST_TEST(holds(output, line), output);
}

BOOST_AUTO_TEST_CASE(also_when_redis_has_got_its_password_meanwhile) {
  BOOST_REQUIRE(init({"--yes"}) == 0);
  std::istringstream commands(file("db1/redis.commands"));
  for (std::string line; std::getline(commands, line);) {
    redis.command(words_of(line));
    if (line.rfind("CONFIG SET requirepass ", 0) == 0) redis.password = line.substr(23);
  }
  std::string output;
  BOOST_REQUIRE(init({"--yes"}, &output) == 0);
  BOOST_TEST(holds(output, "the same:  " + out() + "/db1/redis.commands"), output);
  // From nowhere it is not known, and Redis is not left out in silence.
  output.clear();
  BOOST_TEST(init({"--yes", "--out", folder.path() + "/other"}, &output) == 1, output);
  BOOST_TEST(holds(output, "--redis-password-file"), output);
}

BOOST_AUTO_TEST_CASE(what_differs_is_shown_and_asked_about) {
  BOOST_REQUIRE(init({"--yes"}) == 0);
  const std::string before = file("db1/etc/keepalived/keepalived.conf");
  std::string output;
  const std::vector<std::string> change{"--router-id", "52", "--http",           "no",
                                        "--unit",      "no", "--peer-interface", "eth0"};
  BOOST_TEST(init(change, &output) == 64);
  BOOST_TEST(holds(output, "-    virtual_router_id 51"), output);
  BOOST_TEST(holds(output, "+    virtual_router_id 52"), output);
  BOOST_TEST(holds(output, "nobody said"), output);
  BOOST_TEST(file("db1/etc/keepalived/keepalived.conf") == before);

  output.clear();
  BOOST_TEST(init(change, &output, "n\\ny\\n") == 0, output);
  BOOST_TEST(file("db1/etc/keepalived/keepalived.conf") == before);
  BOOST_TEST(holds(file("db2/etc/keepalived/keepalived.conf"), "virtual_router_id 52"));
}

BOOST_AUTO_TEST_CASE(questions_are_asked_again_until_the_answer_can_be_true) {
  std::string output;
  BOOST_TEST(init({"--peer-interface", "eth0", "--http", "no", "--unit", "no"}, &output,
                  "900\\nx\\n77\\n") == 0,
             output);
  BOOST_TEST(holds(output, "virtual_router_id: expected 1 to 255, got 900"), output);
  BOOST_TEST(holds(file("db2/etc/keepalived/keepalived.conf"), "virtual_router_id 77\n"));
}

BOOST_AUTO_TEST_CASE(whoever_is_asked_in_chinese_gets_a_pair_that_speaks_it) {
  std::string output;
  BOOST_TEST(init({"--lang", "zh-CN", "--peer-interface", "eth0", "--http", "no", "--unit", "no"},
                  &output, "900\\n77\\n") == 0,
             output);
  for (const char* const part :
       {"发现：MariaDB ", "virtual_router_id，1 到 255，在本网络中不得重复 [51]: ",
        "  virtual_router_id：应为 1 到 255，得到 900\n", "新建：", "两个节点的文件都已生成"}) {
    BOOST_TEST(holds(output, part), output);
  }
  BOOST_TEST(holds(file("db2/etc/ha-agent/ha-agent.conf"), "\nlang = zh-CN\n"));

  // Without the word it is the environment's, the strongest of its variables first.
  const auto language_of = [&](const std::string& environment) {
    std::string said;
    run({"/bin/sh", "-c",
         "env -u LC_ALL -u LC_MESSAGES -u LANG " + environment +
             " build/ha-agent init --yes --peer db2=192.0.2.12 --vip 192.0.2.12/24" +
             " --mysql no --redis no --unit a.service --out " + folder.path() + "/no"},
        &said);
    return holds(said, "是某个节点自己的地址") ? "zh"
           : holds(said, "is a node's own")    ? "en"
                                               : said;
  };
  BOOST_TEST(language_of("LANG=zh_CN.UTF-8") == "zh");
  BOOST_TEST(language_of("LANG=zh_CN.UTF-8 LC_ALL=C.UTF-8") == "en");
  BOOST_TEST(language_of("LANG=de_DE.UTF-8 LC_MESSAGES=zh_SG") == "zh");
  BOOST_TEST(language_of("") == "en");
}

BOOST_AUTO_TEST_CASE(an_input_that_ends_writes_nothing) {
  std::string output;
  BOOST_TEST(init({}, &output) == 64, output);
  BOOST_TEST(holds(output, "the input ended"), output);
  BOOST_TEST(::access(out().c_str(), F_OK) != 0);
}

BOOST_AUTO_TEST_CASE(wrong_words_write_nothing) {
  const auto refused = [&](const std::vector<std::string>& more, int code,
                           const std::string& says) {
    std::string output;
    std::vector<std::string> words{"--yes"};
    words.insert(words.end(), more.begin(), more.end());
    BOOST_TEST(init(words, &output) == code, output);
    BOOST_TEST(holds(output, says), output);
    BOOST_TEST(::access(out().c_str(), F_OK) != 0);
  };
  refused({"--vip", "192.0.2.11"}, 64, "the VIP 192.0.2.11 is a node's own address");
  refused({"--vip", "elsewhere"}, 64, "expected an IPv4 address with its prefix");
  refused({"--router-id", "0"}, 64, "virtual_router_id: expected 1 to 255");
  refused({"--witness", "192.0.2.12"}, 64, "is part of the pair");
  refused({"--mysql", folder.path() + "/nothing.sock"}, 1, "no MySQL or MariaDB answers");
  refused({"--redis", std::to_string(free_port())}, 1, "no Redis");
  refused({"--redis", "six"}, 64, "--redis: expected a port");
  refused({"--redis-password-file", folder.path() + "/nothing"}, 64,
          "--redis-password-file: expected a file");
}

BOOST_AUTO_TEST_CASE(only_a_folder_of_this_machine_is_installed) {
  std::string output;
  BOOST_TEST(run({"build/ha-agent", "init", "--install", folder.path() + "/nothing"}, &output) ==
             64);
  BOOST_TEST(holds(output, "cannot read the folder"), output);
  output.clear();
  BOOST_TEST(run({"build/ha-agent", "init", "--install", folder.path()}, &output) == 64);
  BOOST_TEST(holds(output, "holds no node's files"), output);
  BOOST_REQUIRE(init({"--yes"}) == 0);
  output.clear();
  BOOST_TEST(run({"build/ha-agent", "init", "--install", out()}, &output) == 64);
  BOOST_TEST(holds(output, "db1 (192.0.2.11)"), output);
  BOOST_TEST(holds(output, "--node NAME"), output);
}

BOOST_AUTO_TEST_CASE(the_greeting_tells_the_version_before_any_login) {
  BOOST_TEST(holds(mysql_greeting(mariadb.by_socket().socket), "MariaDB"));
  BOOST_TEST(mysql_greeting(redis.by_socket().socket) == "");
  BOOST_TEST(mysql_greeting(folder.path() + "/nothing.sock") == "");
  BOOST_TEST(mysql_greeting("/" + std::string(200, 'x')) == "");
}

BOOST_AUTO_TEST_SUITE_END()
