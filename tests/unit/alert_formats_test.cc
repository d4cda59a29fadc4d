// What a channel's answer means, what is said about a channel, and when it is tried again.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "notify/backoff.h"
#include "notify/format.h"
#include "notify/mask.h"
#include "notify/utf8.h"

namespace ha {
namespace {

Fate fate_of(int status, const std::string& body, const std::string& transport_error = "") {
  return judge_reply(*find_format("text"), status, body, transport_error).fate;
}

BOOST_AUTO_TEST_SUITE(reply_of_the_text_format)

BOOST_AUTO_TEST_CASE(any_2xx_whose_body_is_no_json_is_ok) {
  BOOST_TEST((fate_of(200, "ok") == Fate::ok));
  BOOST_TEST((fate_of(204, "") == Fate::ok));
  BOOST_TEST((fate_of(299, "<html>") == Fate::ok));
  BOOST_TEST((fate_of(200, "[1,2]") == Fate::ok));
}

BOOST_AUTO_TEST_CASE(json_without_a_code_or_with_zero_is_ok) {
  BOOST_TEST((fate_of(200, R"({"ok":true})") == Fate::ok));
  BOOST_TEST((fate_of(200, R"({"errcode":0,"errmsg":"ok"})") == Fate::ok));
  BOOST_TEST((fate_of(200, R"({"code":0})") == Fate::ok));
  BOOST_TEST((fate_of(200, R"({"code":"0"})") == Fate::ok));
  BOOST_TEST((fate_of(200, R"({"code":null})") == Fate::ok));
}

BOOST_AUTO_TEST_CASE(a_200_with_a_code_is_no_success) {
  BOOST_TEST((fate_of(200, R"({"errcode":93000})") == Fate::dead));
  BOOST_TEST((fate_of(200, R"({"errcode":0,"code":19001})") == Fate::dead));
  BOOST_TEST((fate_of(200, R"({"code":"InvalidParameter"})") == Fate::dead));
  BOOST_TEST((fate_of(200, R"({"code":0.5})") == Fate::dead));
}

BOOST_AUTO_TEST_CASE(codes_that_mean_busy_are_tried_again) {
  BOOST_TEST((fate_of(200, R"({"errcode":-1})") == Fate::retry));
  BOOST_TEST((fate_of(200, R"({"errcode":45009})") == Fate::retry));
  BOOST_TEST((fate_of(200, R"({"code":11232})") == Fate::retry));
}

BOOST_AUTO_TEST_CASE(the_status_decides_first) {
  BOOST_TEST((fate_of(0, "", "connection refused") == Fate::retry));
  BOOST_TEST((fate_of(200, "ok", "cut off midway") == Fate::retry));
  for (const int status : {408, 429, 500, 502, 503, 599, 0, 100}) {
    BOOST_TEST((fate_of(status, "") == Fate::retry), status);
  }
  for (const int status : {300, 301, 302, 307, 308, 399, 400, 401, 403, 404, 410, 499}) {
    BOOST_TEST((fate_of(status, R"({"errcode":0})") == Fate::dead), status);
  }
}

BOOST_AUTO_TEST_CASE(the_reason_names_status_and_body_in_one_printable_line) {
  const auto judged = judge_reply(*find_format("text"), 500, "no\x1b[31m\r\nluck", "");
  BOOST_TEST(judged.why == "HTTP 500: no [31m luck");
}

BOOST_AUTO_TEST_CASE(the_request_is_json_whatever_the_text_holds) {
  WebhookConfig channel;
  channel.url = "https://h/x";
  Message message;
  message.title = "a\"b\\c";
  message.body = {"\xff\x01 d"};
  const auto request = find_format("text")->request(channel, message, {}).value();
  BOOST_TEST(request.url == channel.url);
  BOOST_TEST(nlohmann::json::parse(request.body).at("text") == "a\"b\\c\n\xef\xbf\xbd  d");
}

BOOST_AUTO_TEST_CASE(an_unknown_format_is_none) {
  BOOST_TEST(find_format("smoke") == nullptr);
  BOOST_TEST(format_names().size() >= 1U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(masking)

BOOST_AUTO_TEST_CASE(a_url_is_shown_as_scheme_and_host) {
  BOOST_TEST(mask_url("https://h.example:8443/hook/abc?key=K#f") == "https://h.example:8443/***");
  BOOST_TEST(mask_url("https://user:pw@h/x") == "https://h/***");
  BOOST_TEST(mask_url("https://h?key=K") == "https://h/***");
  BOOST_TEST(mask_url("https://[::1]:9/x") == "https://[::1]:9/***");
  BOOST_TEST(mask_url("key=K") == "***");
  BOOST_TEST(mask_url("") == "***");
}

BOOST_AUTO_TEST_CASE(what_the_vendor_echoes_is_masked) {
  const std::string url = "https://h.example/cgi-bin/hook/0123456789abcdef?key=se%2Fcret&x=ab";
  BOOST_TEST(mask_secrets("bad url " + url, url, "") == "bad url ***");
  BOOST_TEST(mask_secrets("no hook 0123456789abcdef here", url, "") == "no hook *** here");
  BOOST_TEST(mask_secrets("key se%2Fcret or se/cret", url, "") == "key *** or ***");
  BOOST_TEST(mask_secrets("sign SECRET wrong", url, "SECRET") == "sign *** wrong");
  BOOST_TEST(mask_header("invalid token 'S3CRETTOKEN'", " Bearer S3CRETTOKEN ") ==
             "invalid token '***'");
  BOOST_TEST(mask_header("'Bearer S3CRETTOKEN' Bearer", " Bearer S3CRETTOKEN") == "'***' Bearer");
  BOOST_TEST(mask_header("nothing", "") == "nothing");
  BOOST_TEST(mask_secrets("h.example answered", url, "") == "h.example answered");
}

BOOST_AUTO_TEST_CASE(user_and_password_are_masked) {
  BOOST_TEST(mask_secrets("login bob with pw12", "https://bob:pw12@h/", "") ==
             "login *** with ***");
}

BOOST_AUTO_TEST_CASE(words_of_the_path_and_an_empty_secret_leave_the_text_readable) {
  BOOST_TEST(mask_secrets("send failed", "https://h/robot/send", "") == "send failed");
  BOOST_TEST(mask_secrets("failed", "https://h", "") == "failed");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(backing_off)

BOOST_AUTO_TEST_CASE(the_limit_doubles_from_1_s_to_300_s) {
  BOOST_TEST(backoff(1, 1.0, {}).count() == 1000);
  BOOST_TEST(backoff(2, 1.0, {}).count() == 2000);
  BOOST_TEST(backoff(9, 1.0, {}).count() == 256'000);
  BOOST_TEST(backoff(10, 1.0, {}).count() == 300'000);
  BOOST_TEST(backoff(2'000'000'000, 1.0, {}).count() == 300'000);
}

BOOST_AUTO_TEST_CASE(the_jitter_is_full) {
  BOOST_TEST(backoff(5, 0.0, {}).count() == 0);
  BOOST_TEST(backoff(5, 0.5, {}).count() == 8000);
}

BOOST_AUTO_TEST_CASE(retry_after_overrides_and_is_cut_at_an_hour) {
  BOOST_TEST(backoff(1, 0.0, Millis{7000}).count() == 7000);
  BOOST_TEST(backoff(1, 0.0, Millis{999'999'999}).count() == 3'600'000);
}

BOOST_AUTO_TEST_CASE(due_is_now_or_before_and_also_when_the_clock_was_set_back) {
  BOOST_TEST(is_due(1000, 1000));
  BOOST_TEST(!is_due(1001, 1000));
  BOOST_TEST(!is_due(1000 + 3'600'000, 1000));
  BOOST_TEST(is_due(1001 + 3'600'000, 1000));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(valid_text_stays_as_it_is) {
  BOOST_TEST(clean_text("a\xc3\xa9\xe4\xb8\xbb\xf0\x9f\x98\x80\n", false) ==
             "a\xc3\xa9\xe4\xb8\xbb\xf0\x9f\x98\x80\n");
}

BOOST_AUTO_TEST_CASE(invalid_bytes_become_the_replacement_character) {
  const std::string bad = "\xef\xbf\xbd";
  BOOST_TEST(clean_text("\xff", false) == bad);
  BOOST_TEST(clean_text("\xc0\xaf", false) == bad + bad);            // overlong
  BOOST_TEST(clean_text("\xed\xa0\x80", false) == bad + bad + bad);  // surrogate
  BOOST_TEST(clean_text("\xf4\x90\x80\x80", false) == bad + bad + bad + bad);
  BOOST_TEST(clean_text("\xe4\xb8", false) == bad + bad);  // cut off
}

BOOST_AUTO_TEST_CASE(control_characters_become_spaces_and_one_line_is_one_line) {
  BOOST_TEST(clean_text("a\x1b[1mb\x7f\xc2\x9b", false) == "a [1mb  ");
  BOOST_TEST(clean_text("  a\r\n\t b \n", true) == "a b");
}

BOOST_AUTO_TEST_CASE(a_cut_never_splits_a_character_and_counts_its_mark) {
  const std::string text = "\xe4\xb8\xbb\xe4\xb8\xbb\xe4\xb8\xbb";  // 9 bytes
  const std::string dots = "\xe2\x80\xa6";
  BOOST_TEST(truncate_utf8(text, 9) == text);
  BOOST_TEST(truncate_utf8(text, 8) == "\xe4\xb8\xbb" + dots);
  BOOST_TEST(truncate_utf8(text, 6) == "\xe4\xb8\xbb" + dots);
  BOOST_TEST(truncate_utf8(text, 5) == dots);
  BOOST_TEST(truncate_utf8(text, 2).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
