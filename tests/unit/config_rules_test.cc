// What the keys of a section must be to each other.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>

#include "tests/support/config_text.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

using test::config_of;
using test::problems;
using test::Texts;
using test::warnings;

void check_texts(const Texts& got, const Texts& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(got.begin(), got.end(), expected.begin(), expected.end());
}

BOOST_AUTO_TEST_SUITE(config_rules)

BOOST_AUTO_TEST_CASE(a_mysql_needs_a_user_and_either_a_socket_or_a_host) {
  check_texts(problems("[mysql m]\n[mysql n]\nuser = u\nhost = h\nsocket = /s\n"),
              {"f:1: [mysql m] user: expected a text, got no such key",
               "f:1: [mysql m]: expected socket or host, got neither",
               "f:5: [mysql n] socket: expected only one of socket and host, got both (host is on "
               "line 4)"});
}

BOOST_AUTO_TEST_CASE(two_servers_of_a_kind_stand_side_by_side) {
  const Config config =
      config_of("[mysql a]\nuser = u\nsocket = /a\n[mysql b]\nuser = v\nhost = h\nport = 3307\n");
  BOOST_REQUIRE_EQUAL(config.mysql.size(), 2U);
  BOOST_TEST(config.mysql[0].server.socket == "/a");
  BOOST_TEST(config.mysql[0].server.port == 3306);
  BOOST_TEST(config.mysql[1].server.user == "v");
  BOOST_TEST(config.mysql[1].server.port == 3307);
}

BOOST_AUTO_TEST_CASE(a_secret_is_given_once) {
  const Texts got = problems(
      "[mysql m]\nuser = u\nhost = h\npassword = hunter2\npassword_file = /nowhere/pw\n"
      "replication_user = r\nreplication_password = hunter3\n"
      "replication_password_file = /nowhere/pw\n");
  check_texts(got, {"f:5: [mysql m] password_file: expected a readable file, got '/nowhere/pw': No "
                    "such file or directory",
                    "f:5: [mysql m] password_file: expected only one of password and "
                    "password_file, got both (password is on line 4)",
                    "f:8: [mysql m] replication_password_file: expected a readable file, got "
                    "'/nowhere/pw': No such file or directory",
                    "f:8: [mysql m] replication_password_file: expected only one of "
                    "replication_password and replication_password_file, got both "
                    "(replication_password is on line 7)"});
}

BOOST_AUTO_TEST_CASE(a_password_without_its_user_is_a_mistake) {
  check_texts(
      problems("[mysql m]\nuser = u\nhost = h\nreplication_password = hunter2\n"
               "[redis r]\nusername = u\n"),
      {"f:4: [mysql m] replication_password: expected replication_user beside it, got none",
       "f:6: [redis r] username: expected password or password_file beside it, got neither"});
}

BOOST_AUTO_TEST_CASE(a_comment_on_the_line_of_a_secret_is_refused) {
  const std::string what =
      "expected no ' ;' on the line of a secret (a comment begins there), got one: put the comment "
      "on a line of its own, or the secret into a file";
  check_texts(problems("[redis r]\npassword = hunter ;2\n"), {"f:2: [redis r] password: " + what});
  check_texts(problems("[redis r]\npassword = \t;2\n"), {"f:2: [redis r] password: " + what});
  BOOST_TEST(config_of("[redis r]\npassword = hunter;2\n").redis[0].server.password == "hunter;2");
}

BOOST_AUTO_TEST_CASE(a_format_says_which_keys_it_needs_and_which_mean_nothing_to_it) {
  check_texts(problems("[webhook a]\nurl = https://h/x\nformat = telegram\n"
                       "[webhook b]\nurl = https://h/x\nformat = pagerduty\n"
                       "[webhook c]\nurl = https://h/x\nformat = generic\n"),
              {"f:1: [webhook a]: expected chat_id with format = telegram, got none",
               "f:4: [webhook b]: expected secret_file with format = pagerduty, got none",
               "f:7: [webhook c]: expected template_file with format = generic, got none"});
  const Loaded loaded = parse_config(
      "f", "[webhook a]\nurl = https://h/x\nchat_id = 1\nmention = @all\nformat = slack\n");
  BOOST_TEST(loaded.problems.empty());
  const auto warnings = test::texts(loaded.warnings);
  BOOST_TEST(std::count(warnings.begin(), warnings.end(),
                        "f:3: [webhook a] chat_id: has no effect with format = slack") == 1);
  BOOST_TEST(std::count(warnings.begin(), warnings.end(),
                        "f:4: [webhook a] mention: has no effect with format = slack") == 1);
}

BOOST_AUTO_TEST_CASE(mail_needs_addresses_that_are_some_and_tls_for_a_password) {
  const std::string base = "[mail m]\nserver = smtp://h:25\nfrom = a@h\nto = b@h, c@h\n";
  BOOST_TEST(problems(base).empty());
  check_texts(
      problems("[mail m]\nserver = h:25\nfrom = a\nto = b@h, c h@x\n"),
      {"f:2: [mail m] server: expected smtp:// or smtps://, a host and perhaps a port, got 'h:25'",
       "f:3: [mail m] from: expected a mail address such as ha@example.com, got 'a'",
       "f:4: [mail m] to: expected mail addresses with commas between, got 'c h@x'"});
  check_texts(problems(base + "user = u\n"),
              {"f:5: [mail m] user: expected password or password_file beside it, got neither"});
  check_texts(problems(base + "user = u\npassword = p\nallow_plain = yes\n"),
              {"f:7: [mail m] allow_plain: expected no user with allow_plain = yes, because a "
               "password is sent under TLS only"});
}

BOOST_AUTO_TEST_CASE(channels_share_their_names_and_fall_back_on_another_one) {
  const std::string hook = "[webhook a]\nurl = https://h/x\n";
  const std::string mail = "[mail a]\nserver = smtps://h\nfrom = a@h\nto = b@h\n";
  check_texts(problems(hook + mail),
              {"f: expected one channel named 'a', got two: [webhook] and [mail] sections share "
               "their names"});
  check_texts(problems(hook + "fallback = a\n[webhook b]\nurl = https://h/y\nfallback = c\n"),
              {"f: expected fallback of channel a to be another channel, got 'a'",
               "f: expected fallback of channel b to be another channel, got 'c'"});
  BOOST_TEST(problems(hook + "fallback = b\n[webhook b]\nurl = https://h/y\n").empty());
  check_texts(problems(hook + "quiet_hours = 22-7\n"),
              {"f:3: [webhook a] quiet_hours: expected two times of the day, such as 22:00-07:00, "
               "got '22-7'"});
}

BOOST_AUTO_TEST_CASE(a_webhook_needs_one_url_and_https_unless_it_says_otherwise) {
  check_texts(problems("[webhook a]\n[webhook b]\nurl = http://hook.example/send?key=hunter2\n"
                       "[webhook c]\nurl = hunter2\n"),
              {"f:1: [webhook a]: expected url or url_file, got neither",
               "f:3: [webhook b] url: expected https://, or allow_http = yes, got "
               "'http://hook.example/***'",
               "f:5: [webhook c] url: expected http:// or https://, a host, and no user name, "
               "password or blank, got '***'"});
  BOOST_TEST(problems("[webhook b]\nurl = http://hook.example/x\nallow_http = yes\n").empty());
}

BOOST_AUTO_TEST_CASE(what_a_url_file_holds_is_judged_as_a_url) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/url";
  const auto with = [&](const std::string& content) {
    std::ofstream(path) << content;
    BOOST_REQUIRE_EQUAL(::chmod(path.c_str(), 0600), 0);
    return parse_config("f", "[webhook w]\nurl_file = " + path + "\n");
  };
  BOOST_TEST(with("https://hook.example/hunter2\n").config.value().webhook[0].url ==
             "https://hook.example/hunter2");
  check_texts(test::texts(with("http://hook.example/hunter2\n").problems),
              {"f:2: [webhook w] url_file: expected https://, or allow_http = yes, got "
               "'http://hook.example/***'"});
  check_texts(test::texts(with("hunter2").problems),
              {"f:2: [webhook w] url_file: expected a file with an http:// or https:// URL, got "
               "something else in it"});
}

BOOST_AUTO_TEST_CASE(tls_for_redis_needs_a_hiredis_that_has_it) {
  const Texts got = problems("[redis r]\ntls = yes\n");
#if defined(HA_REDIS_TLS)
  BOOST_TEST(got.empty());
#else
  check_texts(got, {"f:2: [redis r] tls: expected no, got 'yes': this ha-agent was built with a "
                    "hiredis without TLS"});
#endif
}

BOOST_AUTO_TEST_CASE(verify_identity_takes_the_named_ca_or_the_systems) {
  const test::TempDir dir;
  const std::string ca = dir.path() + "/ca.pem";
  std::ofstream(ca) << "-";
  const std::string mysql = "[mysql m]\nuser = u\nhost = h\nssl_mode = verify-identity\n";
  BOOST_TEST(config_of(mysql + "ssl_ca = " + ca + "\n").mysql[0].server.ssl_ca == ca);
  const Loaded loaded = parse_config("f", mysql);
  if (loaded.config) {
    BOOST_TEST(!loaded.config->mysql[0].server.ssl_ca.empty());
  } else {
    check_texts(test::texts(loaded.problems),
                {"f:4: [mysql m] ssl_mode: expected ssl_ca for verify-identity, got none, and this "
                 "system has no CA bundle"});
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_named_must_be_there) {
  const test::TempDir dir;
  check_texts(
      problems("[http h]\nurl = https://h/\nca_file = " + dir.path() +
               "\n[redis r]\n"
               "ca_file = /nowhere/ca.pem\n"),
      {"f:3: [http h] ca_file: expected a file, got '" + dir.path() + "': it is a directory",
       "f:5: [redis r] ca_file: expected a readable file, got '/nowhere/ca.pem': No such "
       "file or directory"});
}

BOOST_AUTO_TEST_CASE(keys_without_effect_are_warned_about) {
  const test::TempDir dir;
  const std::string ca = dir.path() + "/ca.pem";
  std::ofstream(ca) << "-";
  check_texts(warnings("[mysql m]\nuser = u\nsocket = /s\nport = 1\npeer_port = 2\n"
                       "replication_user = r\n[redis r]\n"
                       "socket = /s\nport = 3\nca_file = " +
                       ca + "\npeer_port = 4\n[http h]\nurl = http://h/\nca_file = " + ca + "\n"),
              {"f:4: [mysql m] port: has no effect without host",
               "f:5: [mysql m] peer_port: has no effect without peer_host",
               "f:6: [mysql m] replication_user: has no effect without peer_host",
               "f:9: [redis r] port: has no effect with socket",
               "f:10: [redis r] ca_file: has no effect with tls = no",
               "f:11: [redis r] peer_port: has no effect without peer_host",
               "f:14: [http h] ca_file: has no effect on an http:// url"});
}

BOOST_AUTO_TEST_CASE(a_configuration_without_resources_loads_with_a_warning) {
  const Loaded loaded = parse_config("f", "[webhook w]\nurl = https://h/x\n");
  BOOST_REQUIRE(loaded.config.has_value());
  BOOST_TEST(!loaded.config->has_resources());
  check_texts(
      test::texts(loaded.warnings),
      {"f: no resources: expected an [http], [mysql], [redis] or [unit] section, got none"});
}

BOOST_AUTO_TEST_CASE(each_type_of_witness_needs_its_own_keys_and_no_others) {
  const std::string tcp = "[witness t]\ntype = tcp\nhost = h\nport = 443\n";
  BOOST_TEST(problems("[witness p]\ntype = ping\nhost = 192.0.2.1\n").empty());
  BOOST_TEST(problems(tcp).empty());
  BOOST_TEST(problems("[witness h]\ntype = http\nurl = http://h/\n").empty());
  check_texts(problems("[witness p]\ntype = ping\nport = 1\nurl = http://h/\n"),
              {"f:1: [witness p]: expected host with type = ping, got none",
               "f:3: [witness p] port: expected no port with type = ping, got one",
               "f:4: [witness p] url: expected no url with type = ping, got one"});
  check_texts(problems("[witness t]\ntype = tcp\nurl = http://h/\n"),
              {"f:1: [witness t]: expected host with type = tcp, got none",
               "f:1: [witness t]: expected port with type = tcp, got none",
               "f:3: [witness t] url: expected no url with type = tcp, got one"});
  check_texts(problems("[witness h]\ntype = http\nhost = h\nport = 1\n"),
              {"f:1: [witness h]: expected url with type = http, got none",
               "f:3: [witness h] host: expected no host with type = http, got one",
               "f:4: [witness h] port: expected no port with type = http, got one"});
}

BOOST_AUTO_TEST_CASE(a_witness_of_no_known_type_is_one_problem) {
  check_texts(problems("[witness w]\ntype = arp\nhost = h\n"),
              {"f:2: [witness w] type: expected ping, tcp or http, got 'arp'"});
  check_texts(problems("[witness w]\nhost = h\n"),
              {"f:1: [witness w] type: expected ping, tcp or http, got no such key"});
}

BOOST_AUTO_TEST_CASE(a_pair_without_a_witness_is_told_what_it_risks) {
  const std::string risk =
      "f: no witness: when the link between the nodes is cut, both can become writable, because a "
      "node cannot tell a dead peer from its own isolation; add for example [witness gateway] "
      "with type = ping and host = the gateway's address";
  const std::string mysql = "[mysql m]\nuser = u\nhost = h\n";
  const std::string redis = "[redis r]\n";
  const std::string peer = "peer_host = p\n";
  BOOST_TEST(warnings(mysql + redis).empty());
  check_texts(warnings(mysql + peer), {risk});
  check_texts(warnings(redis + peer), {risk});
  BOOST_TEST(warnings(mysql + peer + "[witness w]\ntype = ping\nhost = h\n").empty());
}

BOOST_AUTO_TEST_CASE(a_witness_inside_the_pair_is_warned_about) {
  const auto with = [](const std::string& host) {
    return warnings("[witness w]\ntype = ping\nhost = " + host +
                    "\n[agent]\nvip = 192.0.2.100\n[redis r]\npeer_host = 192.0.2.12\n");
  };
  const auto expected = [](const std::string& who) {
    return Texts{"f: [witness w] host: " + who +
                 ": expected somebody outside the pair, for anything else proves nothing"};
  };
  check_texts(with("127.0.0.1"), expected("127.0.0.1 is this node itself"));
  check_texts(with("::1"), expected("::1 is this node itself"));
  check_texts(with("192.0.2.12"), expected("192.0.2.12 is the peer"));
  check_texts(with("192.0.2.100"),
              expected("192.0.2.100 is the virtual address, which one of the pair holds"));
  BOOST_TEST(with("192.0.2.1").empty());
}

BOOST_AUTO_TEST_CASE(two_witnesses_of_which_both_must_answer_are_warned_about) {
  const auto witnesses = [](int count) {
    std::string text = "[redis r]\n";
    for (int i = 0; i < count; ++i) {
      text += "[witness w" + std::to_string(i) + "]\ntype = ping\nhost = h\n";
    }
    return text;
  };
  for (const int count : {1, 3}) BOOST_TEST(warnings(witnesses(count)).empty());
  check_texts(warnings(witnesses(2)),
              {"f: two witnesses and quorum = majority: both must answer, so losing one of them "
               "blocks every promotion towards a silent peer; use one or three, or quorum = any"});
  for (const char* quorum : {"any", "all"}) {
    BOOST_TEST(warnings("[agent]\nquorum = " + std::string(quorum) + "\n" + witnesses(2)).empty());
  }
}

BOOST_AUTO_TEST_CASE(an_isolated_node_has_at_least_200_ms_and_a_cooldown_may_be_none) {
  const Config config =
      config_of("[agent]\nisolation_timeout = 200ms\nmin_promote_interval = 0s\n");
  BOOST_TEST((config.agent.isolation_timeout == Millis{200}));
  BOOST_TEST((config.agent.min_promote_interval == Millis{0}));
  BOOST_TEST(problems("[agent]\nisolation_timeout = 199ms\n").size() == 1U);
  const Config defaults = config_of("");
  BOOST_TEST((defaults.agent.isolation_timeout == Millis{5000}));
  BOOST_TEST((defaults.agent.check_reaction == Millis{3000}));
  BOOST_TEST((defaults.agent.quorum == Quorum::majority));
  BOOST_TEST((defaults.agent.on_silent == OnSilent::kill));
  BOOST_TEST(defaults.agent.notify_fifo.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
