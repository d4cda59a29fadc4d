// The text under the configuration: lines, sections, and what hostile or careless hands make of
// them.
#include <boost/test/unit_test.hpp>
#include <string>

#include "agent/text.h"
#include "tests/support/config_text.h"

namespace ha {
namespace {

using test::config_of;
using test::problems;
using test::Texts;

void check_texts(const Texts& got, const Texts& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(got.begin(), got.end(), expected.begin(), expected.end());
}

BOOST_AUTO_TEST_SUITE(config_text)

BOOST_AUTO_TEST_CASE(a_mark_at_the_start_and_dos_line_ends_and_no_last_newline_are_accepted) {
  const Config config =
      config_of("\xEF\xBB\xBF[agent]\r\nnode = db1\r\n\r\n[unit web]\r\nunit = nginx.service");
  BOOST_TEST(config.agent.node == "db1");
  BOOST_REQUIRE_EQUAL(config.unit.size(), 1U);
  BOOST_TEST(config.unit[0].unit == "nginx.service");
}

BOOST_AUTO_TEST_CASE(an_indented_key_is_a_key_and_not_a_continuation_of_the_one_above) {
  const Config config = config_of("[http api]\n  url = http://127.0.0.1/\n\tmethod = HEAD\n");
  BOOST_TEST(config.http[0].url == "http://127.0.0.1/");
  BOOST_TEST(config.http[0].method == "HEAD");
}

BOOST_AUTO_TEST_CASE(comments_stand_on_lines_of_their_own_or_after_a_value) {
  const Config config = config_of(
      "# one\n; two\n  ; three\n[http api] ; four\nurl = http://h/a;b ; five\nexpect_body = a;b\n");
  BOOST_TEST(config.http[0].url == "http://h/a;b");
  BOOST_TEST(config.http[0].expect_body == "a;b");
}

BOOST_AUTO_TEST_CASE(a_comment_may_be_of_any_length) {
  BOOST_TEST(problems("[agent]\n; " + std::string(5000, 'x') + "\nnode = a\n").empty());
}

BOOST_AUTO_TEST_CASE(a_line_of_197_bytes_is_read_whole_and_one_of_198_is_refused) {
  const std::string key = "expect_body = ";
  const std::string body(197 - key.size(), 'x');
  const std::string section = "[http api]\nurl = http://h/\n";
  BOOST_TEST(config_of(section + key + body + "\r\n").http[0].expect_body == body);
  check_texts(problems(section + key + body + "x\n"),
              {"f:3: expected at most 197 bytes in a line, got 198"});
}

BOOST_AUTO_TEST_CASE(a_line_of_a_mebibyte_is_one_problem) {
  check_texts(problems("[agent]\nnode = " + std::string(1U << 20U, 'a') + "\nlang = xx\n"),
              {"f:2: expected at most 197 bytes in a line, got 1048583",
               "f:3: [agent] lang: expected en or zh-CN, got 'xx'"});
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_named_with_their_column) {
  using namespace std::string_literals;
  check_texts(problems("[agent]\nnode = a\0b\nnode = \x07\n"s
                       "node = caf\xE9\nvip = \xED\xA0\x80\nlang = \xC0\xAF\n"),
              {"f:2: expected text, got a NUL byte in column 9",
               "f:3: expected text, got control character 0x07 in column 8",
               "f:4: expected UTF-8, got byte 0xe9 in column 11",
               "f:5: expected UTF-8, got byte 0xed in column 7",
               "f:6: expected UTF-8, got byte 0xc0 in column 8"});
}

BOOST_AUTO_TEST_CASE(a_second_section_or_key_names_the_line_of_the_first) {
  check_texts(
      problems("[agent]\nnode = a\nnode = b\n[unit u]\nunit = a.service\n[agent]\n"
               "[unit u]\nunit = secretly-else\n[unit v]\nunit = b.service\n"),
      {"f:3: [agent] node: expected each key once, got a second one (the first is on line "
       "2)",
       "f:6: [agent]: expected each section once, got a second one (the first is on line 1)",
       "f:7: [unit u]: expected each section once, got a second one (the first is on line "
       "4)"});
}

BOOST_AUTO_TEST_CASE(the_same_name_may_stand_under_two_kinds) {
  const Config config = config_of("[unit a]\nunit = a.service\n[http a]\nurl = http://h/\n");
  BOOST_TEST(config.unit[0].name == "a");
  BOOST_TEST(config.http[0].name == "a");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_pair_is_refused_without_repeating_it) {
  check_texts(problems("[mysql m]\npassword hunter2\n= hunter2\nuser = u\nhost = h\n"),
              {"f:2: [mysql m]: expected key = value, got a line without it",
               "f:3: [mysql m]: expected key = value, got a line without it"});
}

BOOST_AUTO_TEST_CASE(headers_must_be_well_formed) {
  check_texts(
      problems("node = a\n[agent\n[]\n[mysql a b]\n[agent] lang = en\n[mysqld x]\n[mysql]\n"
               "[agent x]\n[unit ../x]\n[foo]\nkeys = here\n"),
      {"f:1: node: expected a [section] before the first key, got none",
       "f:2: expected ']' at the end of a section's name, got none",
       "f:3: expected [kind name], got '[]'", "f:4: expected [kind name], got '[mysql a b]'",
       "f:5: expected nothing after ']', got more text",
       "f:6: expected [agent], [http NAME], [mysql NAME], [redis NAME], [unit NAME], "
       "[webhook NAME], [mail NAME], [alert NAME], [witness NAME] or [lock NAME], got '[mysqld "
       "x]'; did you mean "
       "'mysql'?",
       "f:7: expected [mysql NAME], got '[mysql]'",
       "f:8: expected [agent] without a name, got '[agent x]'",
       "f:9: expected a name of at most 32 letters, digits, '.', '_' and '-', the first a "
       "letter or digit, got '[unit ../x]'",
       "f:10: expected [agent], [http NAME], [mysql NAME], [redis NAME], [unit NAME], "
       "[webhook NAME], [mail NAME], [alert NAME], [witness NAME] or [lock NAME], got '[foo]'"});
}

BOOST_AUTO_TEST_CASE(a_name_of_32_bytes_is_a_name_and_one_of_33_is_none) {
  const std::string unit = "]\nunit = a.service\n";
  BOOST_TEST(problems("[unit " + std::string(32, 'a') + unit).empty());
  BOOST_TEST(problems("[unit " + std::string(33, 'a') + unit).size() == 1U);
}

BOOST_AUTO_TEST_CASE(of_a_binary_file_a_hundred_problems_are_shown_and_the_rest_is_counted) {
  std::string text;
  for (int i = 0; i < 103; ++i) text += "\xFF\n";
  const Texts got = problems(text);
  BOOST_REQUIRE_EQUAL(got.size(), 101U);
  BOOST_TEST(got.back() == "f: and 3 more problems");
}

BOOST_AUTO_TEST_CASE(many_thousand_keys_take_no_quadratic_time) {
  std::string text = "[agent]\n";
  for (int i = 0; i < 100'000; ++i) text += "k" + std::to_string(i) + "=1\n";
  BOOST_TEST(problems(text).size() == 101U);
}

BOOST_AUTO_TEST_CASE(the_nearest_word_is_within_a_third_of_the_letters) {
  const std::vector<std::string_view> words{"max_lag", "socket", "port"};
  BOOST_TEST((nearest("maxlag", words) == "max_lag"));
  BOOST_TEST((nearest("SOCKET", words) == "socket"));
  BOOST_TEST((nearest("scoket", words) == "socket"));
  BOOST_TEST((nearest("prot", words) == "port"));
  BOOST_TEST(!nearest("prxt_", words).has_value());
  BOOST_TEST(!nearest("", words).has_value());
  BOOST_TEST(!nearest(std::string(1U << 20U, 'p'), words).has_value());
}

BOOST_AUTO_TEST_CASE(a_quoted_text_is_one_short_line_of_whole_characters) {
  BOOST_TEST(in_quotes("a\nb\x7F") == "'a\\x0ab\\x7f'");
  BOOST_TEST(in_quotes(std::string(60, 'x')) == "'" + std::string(60, 'x') + "'");
  BOOST_TEST(in_quotes(std::string(59, 'x') + "中") == "'" + std::string(59, 'x') + "…'");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
