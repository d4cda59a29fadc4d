// The values of single keys: their forms, defaults and ranges, at the boundaries.
#include <boost/test/unit_test.hpp>
#include <string>

#include "agent/option_value.h"
#include "agent/options.h"
#include "tests/support/config_text.h"

namespace ha {
namespace {

using test::config_of;
using test::problems;
using test::Texts;
using namespace std::chrono_literals;

void check_texts(const Texts& got, const Texts& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(got.begin(), got.end(), expected.begin(), expected.end());
}

bool accepts(Kind kind, std::string_view key, std::string_view value) {
  const Option* option = find_option(kind, key);
  BOOST_REQUIRE(option != nullptr);
  return parse_value(*option, value).has_value();
}

BOOST_AUTO_TEST_SUITE(config_value)

BOOST_AUTO_TEST_CASE(every_default_has_the_form_that_its_key_asks_for) {
  for (const Option& option : all_options()) {
    if (option.fallback.empty()) continue;
    BOOST_TEST_CONTEXT(option.key) {
      BOOST_TEST(parse_value(option, option.fallback).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(every_key_says_what_it_is_for_and_stands_once_in_the_table) {
  for (const Option& option : all_options()) {
    BOOST_TEST_CONTEXT(option.key) {
      BOOST_TEST(!option.help.empty());
      BOOST_TEST(find_option(option.kind, option.key) == &option);
    }
  }
}

BOOST_AUTO_TEST_CASE(where_to_listen_is_a_port_of_the_loopback_or_an_address_and_a_port) {
  const auto listen = [](const std::string& value) {
    return config_of("[agent]\nlisten = " + value + "\n").agent.listen;
  };
  BOOST_TEST(config_of("").agent.listen.address.empty());
  BOOST_TEST(listen("9650").address == "127.0.0.1");
  BOOST_TEST(listen("9650").port == 9650);
  BOOST_TEST(listen("192.0.2.11:1").address == "192.0.2.11");
  BOOST_TEST(listen("192.0.2.11:65535").port == 65535);
  BOOST_TEST(listen("[::1]:9650").address == "::1");
  for (const char* const wrong : {"0", "65536", "localhost:9650", "192.0.2.11", "192.0.2.11:",
                                  ":9650", "::1:9650", "[192.0.2.11]:9650", "[::1]", "[]:1", "-1",
                                  "9650 "
                                  "9651",
                                  "http://127.0.0.1:9650"}) {
    BOOST_TEST(!accepts(Kind::agent, "listen", wrong), wrong);
  }
}

BOOST_AUTO_TEST_CASE(the_agent_has_the_defaults_of_the_design) {
  const AgentConfig agent = config_of("").agent;
  BOOST_TEST(!agent.node.empty());
  BOOST_TEST(agent.vip.empty());
  BOOST_TEST(agent.instance.empty());
  BOOST_TEST(agent.state_dir == "/var/lib/ha-agent");
  BOOST_TEST((agent.lang == Lang::en));
  BOOST_TEST((agent.deadline == 800ms));
  BOOST_TEST((agent.start_timeout == 60s));
  BOOST_TEST((agent.failback_delay == 60s));
  BOOST_TEST(agent.promote_retries == 3);
  BOOST_TEST((agent.retry_delay == 5s));
  BOOST_TEST((agent.on_stale == OnStale::refuse));
}

BOOST_AUTO_TEST_CASE(resources_have_the_defaults_of_the_design) {
  const Config config = config_of(
      "[http h]\nurl = http://h/\n[mysql m]\nhost = h\nuser = u\n[redis r]\n[unit u]\n"
      "unit = u.service\n[webhook w]\nurl = https://h/x\n");
  const HttpConfig& http = config.http.at(0);
  BOOST_TEST((http.expect_status == std::vector<std::pair<int, int>>{{200, 200}}));
  BOOST_TEST(http.method == "GET");
  BOOST_TEST((http.probe_when == ProbeWhen::always));
  const MysqlConfig& mysql = config.mysql.at(0);
  BOOST_TEST(mysql.server.port == 3306);
  BOOST_TEST(mysql.peer_port == 3306);
  BOOST_TEST((mysql.max_lag == 30s));
  BOOST_TEST((mysql.drain_timeout == 20s));
  BOOST_TEST((mysql.server.ssl_mode == SslMode::preferred));
  const RedisConfig& redis = config.redis.at(0);
  BOOST_TEST(redis.server.host == "127.0.0.1");
  BOOST_TEST(redis.server.port == 6379);
  BOOST_TEST(redis.peer_port == 6379);
  BOOST_TEST(!redis.server.tls);
  const UnitConfig& unit = config.unit.at(0);
  BOOST_TEST((unit.on_master == UnitAction::start));
  BOOST_TEST((unit.on_backup == UnitAction::stop));
  BOOST_TEST((unit.probe_when == ProbeWhen::master));
  const WebhookConfig& webhook = config.webhook.at(0);
  BOOST_TEST(webhook.format == "text");
  BOOST_TEST(!webhook.allow_http);
  BOOST_TEST((webhook.events == Texts{"master", "backup", "fault", "stop", "operator", "rule"}));
}

BOOST_AUTO_TEST_CASE(every_word_of_a_key_becomes_the_value_of_that_name) {
  const Config config = config_of(
      "[agent]\nlang = zh-CN\non_stale = promote\n[unit a]\nunit = a.service\non_master = none\n"
      "on_backup = restart\nprobe_when = always\n[mysql d]\nhost = h\nuser = u\n"
      "ssl_mode = disabled\n[mysql r]\nhost = h\nuser = u\nssl_mode = required\n");
  BOOST_TEST((config.agent.lang == Lang::zh_cn));
  BOOST_TEST((config.agent.on_stale == OnStale::promote));
  BOOST_TEST((config.unit[0].on_master == UnitAction::none));
  BOOST_TEST((config.unit[0].on_backup == UnitAction::restart));
  BOOST_TEST((config.unit[0].probe_when == ProbeWhen::always));
  BOOST_TEST((config.mysql[0].server.ssl_mode == SslMode::disabled));
  BOOST_TEST((config.mysql[1].server.ssl_mode == SslMode::required));
}

BOOST_AUTO_TEST_CASE(a_duration_needs_a_unit_and_its_range) {
  BOOST_TEST(!accepts(Kind::agent, "deadline", "49ms"));
  BOOST_TEST(accepts(Kind::agent, "deadline", "50ms"));
  BOOST_TEST(accepts(Kind::agent, "deadline", "60s"));
  BOOST_TEST(!accepts(Kind::agent, "deadline", "60001ms"));
  const std::string expected = "expected a duration from 50ms to 1m (units: ms, s, m, h, d), got ";
  for (const char* wrong :
       {"800", "-1s", "1.5s", "99999999999999999999s", "9223372036854775807d"}) {
    check_texts(problems(std::string("[agent]\ndeadline = ") + wrong + "\n"),
                {"f:2: [agent] deadline: " + expected + "'" + wrong + "'"});
  }
}

BOOST_AUTO_TEST_CASE(a_number_is_whole_and_within_its_range) {
  BOOST_TEST(!accepts(Kind::mysql, "port", "0"));
  BOOST_TEST(accepts(Kind::mysql, "port", "1"));
  BOOST_TEST(accepts(Kind::mysql, "port", "65535"));
  check_texts(problems("[mysql m]\nhost = h\nuser = u\nport = 65536\npeer_host = p\n"
                       "peer_port = 99999999999999999999\n[agent]\npromote_retries = -1\n"),
              {"f:4: [mysql m] port: expected a whole number from 1 to 65535, got '65536'",
               "f:6: [mysql m] peer_port: expected a whole number from 1 to 65535, got "
               "'99999999999999999999'",
               "f:8: [agent] promote_retries: expected a whole number from 1 to 100, got '-1'"});
}

BOOST_AUTO_TEST_CASE(words_flags_and_lists_name_their_choices) {
  check_texts(
      problems("[redis r]\ntls = true\n[http h]\nurl = http://h/\nmethod = get\nprobe_when = on\n"
               "[webhook w]\nurl = https://h/\nevents = master, bakcup\n[webhook v]\n"
               "url = https://h/\nevents = stop, stop\n[agent]\nlang =\n"),
      {"f:2: [redis r] tls: expected yes or no, got 'true'",
       "f:5: [http h] method: expected GET, HEAD, POST or OPTIONS, got 'get'",
       "f:6: [http h] probe_when: expected always or master, got 'on'",
       "f:9: [webhook w] events: expected some of master, backup, fault, stop, operator, rule, "
       "with commas between, "
       "got 'master, bakcup'",
       "f:12: [webhook v] events: expected some of master, backup, fault, stop, operator, rule, "
       "with commas between, "
       "got 'stop, stop'",
       "f:14: [agent] lang: expected en or zh-CN, got nothing"});
}

BOOST_AUTO_TEST_CASE(the_vip_is_an_address_without_a_prefix) {
  BOOST_TEST(accepts(Kind::agent, "vip", "192.0.2.100"));
  BOOST_TEST(accepts(Kind::agent, "vip", "2001:db8::1"));
  check_texts(problems("[agent]\nvip = 192.0.2.100/24\n"),
              {"f:2: [agent] vip: expected an IPv4 or IPv6 address without a prefix length, got "
               "'192.0.2.100/24'"});
}

BOOST_AUTO_TEST_CASE(a_host_is_a_name_or_an_address_and_carries_no_port) {
  BOOST_TEST(accepts(Kind::mysql, "host", "db-1.example.org"));
  BOOST_TEST(accepts(Kind::mysql, "host", "fe80::1%eth0"));
  for (const char* wrong : {"db1:3306", "a b", "-h", "http://h", "192.0.2.1/24"}) {
    BOOST_TEST(!accepts(Kind::mysql, "host", wrong));
  }
}

BOOST_AUTO_TEST_CASE(statuses_are_numbers_and_ranges_from_100_to_599) {
  const Config config = config_of("[http h]\nurl = http://h/\nexpect_status = 200-299, 404,599\n");
  BOOST_TEST((config.http[0].expect_status ==
              std::vector<std::pair<int, int>>{{200, 299}, {404, 404}, {599, 599}}));
  for (const char* wrong : {"99", "600", "299-200", "2xx", "200,", "-200", "200-"}) {
    BOOST_TEST(!accepts(Kind::http, "expect_status", wrong));
  }
}

BOOST_AUTO_TEST_CASE(headers_are_split_at_bars_and_never_repeated_in_a_message) {
  const Config config = config_of("[http h]\nurl = http://h/\nheaders = Host: a.b | X-Y: c d\n");
  BOOST_TEST((config.http[0].headers == Texts{"Host: a.b", "X-Y: c d"}));
  check_texts(problems("[http h]\nurl = http://h/\nheaders = Bearer hunter2\n"),
              {"f:3: [http h] headers: expected 'Name: value', with | between several, got '***'"});
}

BOOST_AUTO_TEST_CASE(a_url_has_a_scheme_and_a_host_and_no_credentials) {
  for (const char* right : {"http://h", "https://[2001:db8::1]:8443/x?y=z", "http://a_b:1/@"}) {
    BOOST_TEST(accepts(Kind::http, "url", right));
  }
  for (const char* wrong :
       {"h", "ftp://h/", "http://", "http:///x", "http://:80/", "http://h/a b"}) {
    BOOST_TEST(!accepts(Kind::http, "url", wrong));
  }
  check_texts(
      problems("[http h]\nurl = http://me:hunter2@h/\n"),
      {"f:2: [http h] url: expected http:// or https://, a host, and no user name, password "
       "or blank, got '***'"});
}

BOOST_AUTO_TEST_CASE(a_unit_is_named_with_its_suffix) {
  BOOST_TEST(accepts(Kind::unit, "unit", "getty@tty1.service"));
  for (const char* wrong :
       {"nginx", ".service", "getty@.service", "--now.service", "a/b.service"}) {
    BOOST_TEST(!accepts(Kind::unit, "unit", wrong));
  }
}

BOOST_AUTO_TEST_CASE(a_path_is_absolute) {
  check_texts(
      problems("[agent]\nstate_dir = state\n[mysql m]\nuser = u\nsocket = my.sock\n"
               "password_file = pw\n"),
      {"f:2: [agent] state_dir: expected an absolute path, got 'state'",
       "f:5: [mysql m] socket: expected an absolute path, got 'my.sock'",
       "f:6: [mysql m] password_file: expected the absolute path of a file with the secret, "
       "got 'pw'"});
}

BOOST_AUTO_TEST_CASE(of_an_unknown_key_the_nearest_one_is_suggested) {
  check_texts(
      problems("[mysql m]\nhost = h\nuser = u\nmaxlag = 1s\npasswrod = hunter2\n"
               "[agent]\ncolor = blue\n"),
      {"f:4: [mysql m]: expected a key of [mysql], got 'maxlag'; did you mean 'max_lag'?",
       "f:5: [mysql m]: expected a key of [mysql], got 'passwrod'; did you mean 'password'?",
       "f:7: [agent]: expected a key of [agent], got 'color'; there are: node, "
       "vip, instance, deadline, state_dir, errant_dir, lang, start_timeout, failback_delay, "
       "promote_retries, retry_delay, on_stale, isolation_timeout, quorum, min_promote_interval, "
       "check_reaction, on_silent, notify_fifo, yield_file, metrics_file, listen, alert_max_age"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
