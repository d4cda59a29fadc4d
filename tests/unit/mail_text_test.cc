// A mail's head and parts, and what a mail server's answers mean.
#include "notify/mail_text.h"

#include <boost/test/unit_test.hpp>

#include "agent/base64.h"
#include "agent/text.h"
#include "notify/mail.h"
#include "tests/support/text.h"

namespace ha {
namespace {

using test::has;

MailConfig channel() {
  MailConfig made;
  made.name = "ops";
  made.server = "smtps://mail.example";
  made.from = "ha@example.com";
  made.to = {"ana@example.com", "bo@example.com"};
  return made;
}

Message message(const std::string& title) {
  Message made;
  made.title = title;
  made.body = {"一行", "<b>&"};
  made.event_id = "20261125T101500.000-1-1";
  made.node = "db1";
  return made;
}

std::string decoded(std::string subject) {
  std::string text;
  for (std::size_t at = 0; (at = subject.find("=?UTF-8?B?", at)) != std::string::npos;) {
    const auto end = subject.find("?=", at);
    text += unbase64(subject.substr(at + 10, end - at - 10)).value();
    at = end;
  }
  return text;
}

BOOST_AUTO_TEST_SUITE(mail_texts)

BOOST_AUTO_TEST_CASE(a_subject_is_encoded_in_words_that_split_no_character) {
  BOOST_TEST(encode_subject("MASTER db1") == "MASTER db1");
  BOOST_TEST(encode_subject("=?x").starts_with("=?UTF-8?B?"));
  std::string text;
  for (int i = 0; i < 40; ++i) text += i % 3 == 0 ? "a从" : "库é";
  const std::string encoded = encode_subject(text);
  BOOST_TEST(decoded(encoded) == text);
  for (const std::string_view word : split(encoded, '\n')) {
    BOOST_TEST(word.size() <= 75U);
    BOOST_TEST(!first_non_utf8(decoded(std::string(word))).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_head_is_whole_and_the_id_is_the_same_at_every_try) {
  const std::string mail = mail_text(channel(), message("FAULT db1 从库"), 0).value();
  const std::string head = mail.substr(0, mail.find("\r\n\r\n") + 2);
  for (const char* line :
       {"From: ha@example.com\r\n", "To: ana@example.com, bo@example.com\r\n",
        "Message-ID: <20261125T101500.000-1-1.ops@db1>\r\n", "Auto-Submitted: auto-generated\r\n",
        "MIME-Version: 1.0\r\n", "Content-Type: multipart/alternative; boundary="}) {
    BOOST_TEST(has(head, line), line);
  }
  BOOST_TEST(has(head, "Date: Thu, 01 Jan 1970 "));
  BOOST_TEST(has(mail, "Content-Type: text/plain; charset=utf-8"));
  BOOST_TEST(has(mail, "Content-Type: text/html; charset=utf-8"));
  for (std::size_t at = mail.find('\n'); at != std::string::npos; at = mail.find('\n', at + 1)) {
    BOOST_TEST(mail[at - 1] == '\r');
  }
  for (const std::string_view line : split(mail, '\n')) BOOST_TEST(line.size() < 998U);
  const std::string later = mail_text(channel(), message("FAULT db1 从库"), 60'000).value();
  BOOST_TEST(has(later, "Message-ID: <20261125T101500.000-1-1.ops@db1>\r\n"));
}

BOOST_AUTO_TEST_CASE(nothing_that_a_server_said_makes_a_line_of_the_head) {
  const std::string mail =
      mail_text(channel(), message("FAULT\r\nBcc: mallory@example.com\nX: y"), 0).value();
  const std::string head = mail.substr(0, mail.find("\r\n\r\n") + 2);
  BOOST_TEST(!has(head, "\nBcc:"));
  BOOST_TEST(!has(head, "\nX:"));
  MailConfig bad = channel();
  bad.to = {"a@b\r\nBcc: c@d"};
  BOOST_TEST(!mail_text(bad, message("x"), 0).has_value());
}

BOOST_AUTO_TEST_CASE(what_a_server_answers_decides) {
  const auto fate = [](int status, const char* lines, const char* error) {
    return judge_mail_reply(status, lines, error).fate;
  };
  BOOST_TEST((fate(250, "250 queued\r\n", "") == Fate::ok));
  BOOST_TEST((fate(550, "550 no such user\r\n", "RCPT failed: 550") == Fate::dead));
  BOOST_TEST((fate(451, "451 greylisted\r\n", "RCPT failed: 451") == Fate::retry));
  BOOST_TEST((fate(535, "535 bad login\r\n", "Login denied") == Fate::dead));
  BOOST_TEST((fate(0, "", "connection refused") == Fate::retry));
  BOOST_TEST((fate(220, "220 hello\r\n", "STARTTLS not supported") == Fate::retry));
  // One address that is gone does not make for good what is only for now.
  BOOST_TEST((fate(451, "250 ok\r\n550 gone\r\n354 go\r\n451 later\r\n", "451") == Fate::retry));
  BOOST_TEST((fate(550, "450 later\r\n550 gone\r\n", "RCPT failed: 550") == Fate::retry));
  BOOST_TEST((fate(354, "250 ok\r\n550 gone\r\n354 go\r\n", "timeout") == Fate::retry));
  const Judged partly = judge_mail_reply(250, "250 ok\r\n550 5.1.1 gone\r\n250 queued\r\n", "");
  BOOST_TEST((partly.fate == Fate::ok));
  BOOST_TEST(has(partly.why, "550 5.1.1 gone"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
