// `serve` of the real program, asked by curl, beside real servers.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/agent.h"
#include "tests/support/child.h"
#include "tests/support/http_server.h"
#include "tests/support/redis.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace ha {
namespace {

struct Got {
  std::string status;  ///< "200"; "000": nobody answered
  std::string head;
  std::string body;
};

class Served {
 public:
  explicit Served(const std::string& sections, const std::string& address = "127.0.0.1",
                  const std::string& keys = "")
      : base_("http://" + address + ":" + std::to_string(port_)),
        agent_(sections, "listen = " + address + ":" + std::to_string(port_) +
                             "\nvip = 192.0.2.100\n" + keys),
        child_(agent_.start({"serve"})) {
    BOOST_REQUIRE(test::wait_for([&] { return get("/").status == "200"; }));
  }

  Got get(const std::string& path, const std::vector<std::string>& more = {}) const {
    const test::TempDir temp;
    std::vector<std::string> words{"curl",
                                   "-s",
                                   "-g",
                                   "-m",
                                   "30",
                                   "-D",
                                   temp.path() + "/head",
                                   "-o",
                                   temp.path() + "/body",
                                   "-w",
                                   "%{http_code}"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(base_ + path);
    Got got;
    test::run(words, &got.status);
    if (got.status != "000") {
      got.head = test::read_text(temp.path() + "/head");
      got.body = test::read_text(temp.path() + "/body");
    }
    return got;
  }

  const std::string& base() const { return base_; }
  const test::Agent& agent() const { return agent_; }
  test::Child& child() { return child_; }

 private:
  int port_ = test::free_port();
  std::string base_;
  test::Agent agent_;
  test::Child child_;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(serve)

BOOST_AUTO_TEST_CASE(the_pages_say_what_the_commands_say_and_a_dead_server_is_a_503) {
  test::Redis redis;
  Served served(test::redis_section(redis), "127.0.0.1", "deadline = 5s\n");
  const Got metrics = served.get("/metrics");
  BOOST_TEST(metrics.status == "200");
  BOOST_TEST(has(metrics.head, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  BOOST_TEST(has(metrics.head, "Cache-Control: no-store\r\n"));
  BOOST_TEST(has(metrics.body, "\nha_agent_probe_up{kind=\"redis\",name=\"cache\"} 1\n"));
  BOOST_TEST(has(metrics.body, "\nha_agent_check_code 0\n"));

  const Got well = served.get("/health");
  BOOST_TEST(well.status == "200", well.body);
  BOOST_TEST(has(well.head, "Content-Type: application/json\r\n"));
  BOOST_TEST(nlohmann::json::parse(well.body).at("verdict").at("code") == 0);
  const Got status = served.get("/status?pretty=1");
  BOOST_TEST(status.status == "200");
  BOOST_TEST(nlohmann::json::parse(status.body).at("node") == "test");
  // Nothing that the next check of keepalived's would go by.
  BOOST_TEST(test::run({"sh", "-c", "ls -A " + served.agent().state_dir() + "/check"}) != 0);

  redis.kill9();
  Got ill;
  BOOST_TEST(test::wait_for([&] {
    ill = served.get("/health");
    return ill.status != "200";
  }));
  BOOST_TEST(ill.status == "503");
  BOOST_TEST(nlohmann::json::parse(ill.body).at("verdict").at("code") != 0);
}

BOOST_AUTO_TEST_CASE(nothing_but_reading_is_taken) {
  const test::Redis redis;
  Served served(test::redis_section(redis));
  const Got list = served.get("/");
  BOOST_TEST(has(list.body, "/metrics"));
  const Got none = served.get("/metrics/");
  BOOST_TEST(none.status == "404");
  BOOST_TEST(has(none.body, "there is no page '/metrics/'; there are:\n/metrics "), none.body);
  for (const char* const method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const Got refused = served.get("/status", {"-X", method, "-d", "x"});
    BOOST_TEST(refused.status == "405", method);
    BOOST_TEST(has(refused.head, "Allow: GET, HEAD\r\n"));
  }
  const Got head = served.get("/metrics", {"-I"});
  BOOST_TEST(head.status == "200");
  BOOST_TEST(!has(head.body, "ha_agent_"));
  // Longer than any head that means well.
  const Got long_one = served.get("/" + std::string(60'000, 'a'));
  BOOST_TEST((long_one.status == "414" || long_one.status == "431"), long_one.status);
  BOOST_TEST(served.get("/health").status == "200");

  served.child().signal(SIGTERM);
  BOOST_TEST(served.child().wait() == 0);
}

BOOST_AUTO_TEST_CASE(however_many_ask_at_once_the_servers_behind_are_asked_by_few) {
  const test::HttpServer silent({200, "", {}, true});
  Served served("[http api]\nurl = " + silent.url() + "\n", "[::1]", "deadline = 2s\n");
  const test::TempDir temp;
  std::vector<test::Child> all;
  for (int i = 0; i < 6; ++i) {
    all.emplace_back(std::vector<std::string>{"curl", "-s", "-g", "-m", "30", "-o", "/dev/null",
                                              "-w", "%{http_code}\n", served.base() + "/health"},
                     temp.path() + "/codes");
  }
  for (test::Child& each : all) each.wait();
  std::string expected;
  for (int i = 0; i < 6; ++i) expected += "503\n";
  BOOST_TEST(test::read_text(temp.path() + "/codes") == expected);
  BOOST_TEST(silent.requests().size() < 6U);
}

BOOST_AUTO_TEST_CASE(
    where_it_cannot_listen_it_says_why_and_without_an_address_there_is_nothing_to_do) {
  const test::Redis redis;
  const auto port = std::to_string(redis.port());
  std::string said;
  const test::Agent taken(test::redis_section(redis), "listen = " + port + "\n");
  BOOST_TEST(taken.run({"serve"}, &said) == 1);
  BOOST_TEST(said ==
             "ha-agent: serve: cannot listen on 127.0.0.1:" + port + ": Address already in use\n");
  const test::Agent foreign(test::redis_section(redis), "listen = 192.0.2.77:9650\n");
  BOOST_TEST(foreign.run({"serve"}, &said) == 1);
  BOOST_TEST(
      said ==
      "ha-agent: serve: cannot listen on 192.0.2.77:9650: Cannot assign requested address\n");
  const test::Agent none(test::redis_section(redis));
  BOOST_TEST(none.run({"serve"}, &said) == 0);
  BOOST_TEST(has(said, "listen is not set in "), said);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
