// Mail to a real SMTP server (aiosmtpd), with TLS and AUTH.
#include "notify/mail.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text.h"
#include "tests/support/wait.h"

namespace ha {
namespace {

using test::has;
using test::wait_for;

class MailServer {
 public:
  explicit MailServer(const std::vector<std::string>& how) {
    std::vector<std::string> argv{"/usr/bin/python3",          "tests/support/mail_server.py",
                                  dir_.path() + "/port",       dir_.path() + "/record",
                                  certificates_.certificate(), certificates_.key()};
    argv.insert(argv.end(), how.begin(), how.end());
    process_ = test::Child(argv, dir_.path() + "/log");
    BOOST_REQUIRE(wait_for([&] { return std::ifstream(dir_.path() + "/port").good(); }));
    std::ifstream(dir_.path() + "/port") >> port_;
  }
  MailConfig channel(const std::string& scheme) const {
    MailConfig made;
    made.name = "ops";
    made.server = scheme + "://127.0.0.1:" + std::to_string(port_);
    made.from = "ha@example.com";
    made.to = {"ana@example.com", "bo@example.com"};
    made.ca_file = certificates_.ca();
    return made;
  }
  std::vector<nlohmann::json> mails() const {
    std::vector<nlohmann::json> all;
    std::ifstream file(dir_.path() + "/record");
    for (std::string line; std::getline(file, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }

 private:
  test::TempDir dir_;
  test::Certificates certificates_;
  test::Child process_;
  int port_ = 0;
};

Sent send(const MailConfig& channel) {
  Message message;
  message.title = "FAULT db1: 主库";
  message.body = {".", "a line", "<b>"};
  message.event_id = "e1";
  message.node = "db1";
  return send_mail(channel, message, Deadline::in(Millis{20'000}));
}

MailConfig with_login(MailConfig channel, const std::string& password = "secret") {
  channel.user = "ha";
  channel.password = password;
  return channel;
}

BOOST_AUTO_TEST_SUITE(mail)

BOOST_AUTO_TEST_CASE(starttls_and_a_login) {
  const MailServer server({"starttls", "auth"});
  const Sent sent = send(with_login(server.channel("smtp")));
  BOOST_TEST((sent.judged.fate == Fate::ok), sent.judged.why);
  BOOST_TEST(sent.judged.why.empty(), sent.judged.why);
  const auto mails = server.mails();
  BOOST_REQUIRE(mails.size() == 1U);
  BOOST_TEST(mails[0]["tls"] == true);
  BOOST_TEST(mails[0]["login"] == true);
  BOOST_TEST(mails[0]["to"].size() == 2U);
  BOOST_TEST(has(mails[0]["text"], "Message-ID: <e1.ops@db1>"));
}

BOOST_AUTO_TEST_CASE(tls_from_the_start) {
  const MailServer server({"smtps", "auth"});
  BOOST_TEST((send(with_login(server.channel("smtps"))).judged.fate == Fate::ok));
  BOOST_TEST(server.mails().at(0)["tls"] == true);
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_final_and_in_no_word_of_it) {
  const MailServer server({"starttls", "auth"});
  const Sent sent = send(with_login(server.channel("smtp"), "wrong-battery"));
  BOOST_TEST((sent.judged.fate == Fate::dead), sent.judged.why);
  BOOST_TEST(!has(sent.judged.why + sent.body, "wrong-battery"));
  BOOST_TEST(server.mails().empty());
}

BOOST_AUTO_TEST_CASE(a_server_without_tls_gets_nothing_unless_it_may) {
  const MailServer server({"plain"});
  const Sent refused = send(with_login(server.channel("smtp")));
  BOOST_TEST((refused.judged.fate == Fate::retry), refused.judged.why);
  BOOST_TEST(server.mails().empty());
  MailConfig plain = server.channel("smtp");
  plain.allow_plain = true;
  BOOST_TEST((send(plain).judged.fate == Fate::ok));
  BOOST_TEST(server.mails().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_authority_gets_nothing) {
  const MailServer server({"starttls"});
  const test::Certificates others;
  MailConfig channel = server.channel("smtp");
  channel.ca_file = others.ca();
  BOOST_TEST((send(channel).judged.fate == Fate::retry));
  BOOST_TEST(server.mails().empty());
}

BOOST_AUTO_TEST_CASE(one_recipient_that_is_gone_keeps_the_other_from_nothing) {
  const MailServer server({"starttls", "refuse=ana@example.com"});
  const Sent sent = send(server.channel("smtp"));
  BOOST_TEST((sent.judged.fate == Fate::ok), sent.judged.why);
  BOOST_TEST(has(sent.judged.why, "550 5.1.1"), sent.judged.why);
  BOOST_TEST(server.mails().at(0)["to"] == nlohmann::json::parse(R"(["bo@example.com"])"));
}

BOOST_AUTO_TEST_CASE(all_refused_is_final_and_all_put_off_is_tried_again) {
  const MailServer gone({"starttls", "refuse=ana@example.com", "refuse=bo@example.com"});
  BOOST_TEST((send(gone.channel("smtp")).judged.fate == Fate::dead));
  const MailServer later({"starttls", "later=ana@example.com", "later=bo@example.com"});
  BOOST_TEST((send(later.channel("smtp")).judged.fate == Fate::retry));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
