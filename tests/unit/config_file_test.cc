// The configuration and its secrets as files: kinds of file, rights, and what `config show` prints.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>

#include "agent/secret.h"
#include "tests/support/config_text.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

using test::Texts;

void check_texts(const Texts& got, const Texts& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(got.begin(), got.end(), expected.begin(), expected.end());
}

struct Files {
  test::TempDir dir;

  std::string put(const std::string& name, const std::string& content, mode_t mode = 0640) const {
    std::string path = dir.path() + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    BOOST_REQUIRE_EQUAL(::chmod(path.c_str(), mode), 0);
    return path;
  }
  Texts problems_of(const std::string& path) const {
    return test::texts(load_config(path).problems);
  }
  std::string refusal(const std::string& content, mode_t mode = 0640) const {
    const auto secret = read_secret(put("secret", content, mode));
    return secret ? "accepted" : secret.error().message;
  }
};

BOOST_FIXTURE_TEST_SUITE(config_file, Files)

BOOST_AUTO_TEST_CASE(one_trailing_newline_of_a_secret_is_dropped_and_blanks_are_kept) {
  BOOST_TEST(read_secret(put("a", "hunter2\n")).value() == "hunter2");
  BOOST_TEST(read_secret(put("b", "hunter2\r\n")).value() == "hunter2");
  BOOST_TEST(read_secret(put("c", " hunter ;2 ")).value() == " hunter ;2 ");
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_no_line_of_text_is_refused_without_repeating_it) {
  const std::string path = "'" + dir.path() + "/secret'";
  BOOST_TEST(refusal("") == "expected a secret, got " + path + ": it is empty");
  BOOST_TEST(refusal("\n") == "expected a secret, got " + path + ": it is empty");
  BOOST_TEST(refusal("hunter2\n\n") ==
             "expected one line of text, got " + path + ": it has several");
  BOOST_TEST(refusal("hunter2\nx") ==
             "expected one line of text, got " + path + ": it has several");
  BOOST_TEST(refusal(std::string("hunter\0002", 8)) ==
             "expected one line of text, got " + path + ": it has a NUL byte");
}

BOOST_AUTO_TEST_CASE(a_secret_of_4096_bytes_is_read_and_one_of_4097_is_refused) {
  BOOST_TEST(refusal(std::string(4096, 'x')) == "accepted");
  BOOST_TEST(refusal(std::string(4097, 'x')) ==
             "expected at most 4096 bytes, got '" + dir.path() + "/secret': it is larger");
}

BOOST_AUTO_TEST_CASE(a_secret_on_which_others_have_any_right_is_refused) {
  BOOST_TEST(refusal("hunter2", 0640) == "accepted");
  BOOST_TEST(refusal("hunter2", 0660) == "accepted");
  for (const mode_t others : {1U, 2U, 4U}) {
    BOOST_TEST(refusal("hunter2", 0640 | others) ==
               "expected a file without rights for others (chmod o= " + dir.path() +
                   "/secret), got mode 064" + std::to_string(others));
  }
}

BOOST_AUTO_TEST_CASE(a_fifo_in_place_of_a_secret_does_not_block) {
  const std::string path = dir.path() + "/fifo";
  BOOST_REQUIRE_EQUAL(::mkfifo(path.c_str(), 0600), 0);
  const auto secret = read_secret(path);
  BOOST_REQUIRE(!secret);
  BOOST_TEST(secret.error().message ==
             "expected a file, got '" + path + "': it is something that is no file");
}

BOOST_AUTO_TEST_CASE(a_configuration_that_cannot_be_read_says_why) {
  const std::string missing = dir.path() + "/missing";
  check_texts(problems_of(missing), {missing + ": expected a readable file, got '" + missing +
                                     "': No such file or directory"});
  check_texts(problems_of(dir.path()),
              {dir.path() + ": expected a file, got '" + dir.path() + "': it is a directory"});
  const std::string huge = put("huge", std::string((2U << 20U) + 1, '\n'));
  check_texts(problems_of(huge),
              {huge + ": expected at most 2097152 bytes, got '" + huge + "': it is larger"});
}

BOOST_AUTO_TEST_CASE(an_inline_secret_makes_the_configuration_itself_a_secret) {
  const std::string text = "[redis r]\npassword = hunter2\n";
  const std::string path = put("conf", text, 0644);
  check_texts(problems_of(path), {path + ": expected a file without rights for others (chmod o= " +
                                  path + "), because line 2 holds a secret, got mode 0644"});
  BOOST_TEST(problems_of(put("conf", text, 0640)).empty());
  BOOST_TEST(problems_of(put("conf", "[redis r]\n", 0644)).empty());
}

BOOST_AUTO_TEST_CASE(show_prints_every_key_with_its_origin_and_masks_secrets) {
  const std::string text =
      "[unit web]\nunit = nginx.service ; ours\n[webhook ops]\nurl = https://h/hunter2\n"
      "events = master\n";
  const std::string shown = show_config("f", text);
  BOOST_TEST(shown.find("hunter2") == std::string::npos);
  const std::string expected =
      "[unit web]\n"
      "unit       = nginx.service                    ; f:2\n"
      "on_master  = start                            ; default\n"
      "on_backup  = stop                             ; default\n"
      "probe_when = master                           ; default\n"
      "\n"
      "[webhook ops]\n"
      "format         = text                             ; default\n"
      "url            = ***                              ; f:4\n"
      "; url_file =                                      ; default\n"
      "; secret =                                        ; default\n"
      "; secret_file =                                   ; default\n"
      "allow_http     = no                               ; default\n"
      "; ca_file =                                       ; default\n"
      "; mention =                                       ; default\n"
      "; headers =                                       ; default\n"
      "; template_file =                                 ; default\n"
      "; chat_id =                                       ; default\n"
      "; access_key_id =                                 ; default\n"
      "; phones =                                        ; default\n"
      "; sign_name =                                     ; default\n"
      "; template_code =                                 ; default\n"
      "events         = master                           ; f:5\n"
      "severity       = info                             ; default\n"
      "; quiet_hours =                                   ; default\n"
      "; fallback =                                      ; default\n"
      "fallback_after = 3                                ; default\n"
      "; rate_limit =                                    ; default\n";
  BOOST_REQUIRE(shown.find("[unit web]") != std::string::npos);
  BOOST_TEST(shown.substr(shown.find("[unit web]")) == expected);
  BOOST_TEST(shown.starts_with("[agent]\nnode                 = "));
}

BOOST_AUTO_TEST_CASE(what_show_prints_is_a_configuration_again) {
  const std::string text =
      "[agent]\nnode = n\n[mysql m]\nuser = u\nhost = h\n[redis r]\n[http h]\n"
      "url = http://h/\n[unit u]\nunit = u.service\n";
  const Loaded loaded = parse_config("f", show_config("f", text));
  check_texts(test::texts(loaded.problems), {});
  // What was a default is now said, with effect or without.
  BOOST_TEST(loaded.config.value().mysql[0].server.user == "u");
  BOOST_TEST(loaded.config.value().agent.node == "n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
