// One POST to a real HTTP server.
#include "notify/webhook.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/child.h"
#include "tests/support/recording_server.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace ha {
namespace {

using test::RecordingServer;

WebhookConfig channel(const std::string& url) {
  WebhookConfig made;
  made.name = "ops";
  made.format = "text";
  made.url = url;
  made.secret = "SIGNSECRET";
  made.allow_http = true;
  return made;
}

Sent post(const WebhookConfig& to, Millis limit = Millis{20'000}) {
  Message message;
  message.title = "hello";
  return send_webhook(to, message, Deadline::in(limit));
}

BOOST_AUTO_TEST_SUITE(webhook)

BOOST_AUTO_TEST_CASE(a_message_arrives_as_json_in_one_post) {
  const RecordingServer server;
  const Sent sent = post(channel(server.url("/a/b?key=K")));
  BOOST_TEST((sent.judged.fate == Fate::ok));
  BOOST_TEST(sent.status == 200);
  BOOST_TEST(sent.body == "ok");
  const auto requests = server.requests();
  BOOST_REQUIRE_EQUAL(requests.size(), 1U);
  BOOST_TEST(requests[0].line == "POST /a/b?key=K HTTP/1.1");
  BOOST_TEST(requests[0].headers.find("Content-Type: application/json; charset=utf-8\r\n") !=
             std::string::npos);
  BOOST_TEST(requests[0].headers.find("Expect:") == std::string::npos);
  BOOST_TEST(nlohmann::json::parse(requests[0].body).at("text") == "hello");
}

BOOST_AUTO_TEST_CASE(a_redirect_is_not_followed) {
  RecordingServer elsewhere;
  for (const int status : {301, 302, 303, 307, 308}) {
    const RecordingServer server({{status, "", {"Location: " + elsewhere.url()}, false}});
    BOOST_TEST((post(channel(server.url())).judged.fate == Fate::dead), status);
  }
  BOOST_TEST(elsewhere.requests().empty());
}

BOOST_AUTO_TEST_CASE(retry_after_is_read) {
  const RecordingServer server({{429, "slow down", {"Retry-After: 120"}, false}});
  const Sent sent = post(channel(server.url()));
  BOOST_TEST((sent.judged.fate == Fate::retry));
  BOOST_REQUIRE(sent.retry_after.has_value());
  BOOST_TEST(sent.retry_after->count() == 120'000);
}

BOOST_AUTO_TEST_CASE(a_server_that_never_answers_is_left_at_the_deadline) {
  const RecordingServer server({{200, "", {}, true}});
  const Sent sent = post(channel(server.url()), Millis{300});
  BOOST_TEST((sent.judged.fate == Fate::retry));
  BOOST_TEST(sent.status == 0);
  BOOST_TEST(sent.judged.why.find("timed out") != std::string::npos, sent.judged.why);
}

BOOST_AUTO_TEST_CASE(a_refused_connection_is_tried_again) {
  const int port = test::free_port();
  const Sent sent = post(channel("http://127.0.0.1:" + std::to_string(port) + "/x"));
  BOOST_TEST((sent.judged.fate == Fate::retry));
  BOOST_TEST(sent.status == 0);
}

BOOST_AUTO_TEST_CASE(a_reply_is_read_to_64_KiB_and_judged_by_its_status) {
  const RecordingServer server({{200, std::string(1U << 20U, 'x'), {}, false}});
  const Sent sent = post(channel(server.url()));
  BOOST_TEST((sent.judged.fate == Fate::ok));
  BOOST_TEST(sent.body.size() <= 200U);
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_cut_off_is_no_success) {
  const RecordingServer server({{200, "ok", {"Content-Length: 500"}, false}});
  // Two lengths that differ, and a body that ends early: whatever curl says, it is not fine.
  BOOST_TEST((post(channel(server.url()), Millis{2000}).judged.fate == Fate::retry));
}

BOOST_AUTO_TEST_CASE(what_the_vendor_echoes_is_masked) {
  const RecordingServer server(
      {{403, "no robot SECRETTOKEN for key=SECRETKEY, sign SIGNSECRET\x1b[2J", {}, false}});
  const Sent sent = post(channel(server.url("/robot/SECRETTOKEN?key=SECRETKEY")));
  BOOST_TEST(sent.judged.why == "HTTP 403: no robot *** for key=***, sign *** [2J");
  BOOST_TEST(sent.body.find("SECRET") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(plain_http_is_refused_unless_allowed) {
  const RecordingServer server;
  WebhookConfig to = channel(server.url());
  to.allow_http = false;
  const Sent sent = post(to);
  BOOST_TEST((sent.judged.fate == Fate::retry));
  BOOST_TEST(sent.judged.why.find("plain http is refused") != std::string::npos);
  BOOST_TEST(server.requests().empty());
}

BOOST_AUTO_TEST_CASE(other_schemes_and_urls_with_line_breaks_are_refused) {
  const RecordingServer server;
  const std::string host = server.url("");
  for (const std::string& url :
       {std::string("file:///etc/passwd"), std::string("gopher://127.0.0.1/x"), std::string(),
        host + "/x HTTP/1.1\r\nX-Injected: 1", host + "/a b"}) {
    BOOST_TEST((post(channel(url)).judged.fate == Fate::retry), url);
  }
  BOOST_TEST(server.requests().empty());
}

BOOST_AUTO_TEST_CASE(the_environment_names_no_proxy_for_us) {
  const RecordingServer server;
  const std::string nowhere = "http://127.0.0.1:" + std::to_string(test::free_port());
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) {
    ::setenv(name, nowhere.c_str(), 1);
  }
  const Sent sent = post(channel(server.url()));
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
  BOOST_TEST((sent.judged.fate == Fate::ok), sent.judged.why);
}

BOOST_AUTO_TEST_CASE(a_certificate_is_verified_against_the_ca_file) {
  const test::TempDir dir;
  const std::string cert = dir.path() + "/cert.pem";
  const std::string key = dir.path() + "/key.pem";
  std::string output;
  BOOST_REQUIRE_EQUAL(
      test::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                 "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert},
                &output),
      0);
  const std::string port_file = dir.path() + "/port";
  test::Child server({"/usr/bin/python3", "tests/support/tls_endpoint.py", cert, key, port_file},
                     dir.path() + "/log");
  BOOST_REQUIRE(test::wait_for([&] { return !test::read_text(port_file).empty(); }));
  const std::string port = test::read_text(port_file);

  WebhookConfig to = channel("https://localhost:" + port + "/SECRETTOKEN");
  to.allow_http = false;
  const Sent unknown = post(to);
  BOOST_TEST((unknown.judged.fate == Fate::retry));
  BOOST_TEST(unknown.judged.why.find("certificate") != std::string::npos, unknown.judged.why);
  BOOST_TEST(unknown.judged.why.find("SECRET") == std::string::npos);

  to.ca_file = cert;
  const Sent known = post(to);
  BOOST_TEST((known.judged.fate == Fate::ok), known.judged.why);

  to.url = "https://127.0.0.1:" + port + "/x";  // not the name in the certificate
  BOOST_TEST((post(to).judged.fate == Fate::retry));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
