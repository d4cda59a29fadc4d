// The HTTP probe against servers that serve, refuse, redirect, hang and drip.
#include <fmt/format.h>
#include <stdlib.h>

#include <boost/test/unit_test.hpp>

#include "tests/support/certificates.h"
#include "tests/support/checked.h"
#include "tests/support/http_server.h"
#include "tests/support/wait.h"

using namespace ha::test;

namespace {

std::string http_section(const std::string& url, const std::string& more = "") {
  return fmt::format("[http api]\nurl = {}\n{}\n", url, more);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check_http)

BOOST_AUTO_TEST_CASE(a_back_end_that_serves_is_ok) {
  const HttpServer server;
  const Agent agent(http_section(server.url(), "expect_body = \"status\":\"ok\""));
  const Checked checked = check(agent);
  BOOST_TEST(checked.code == 0);
  BOOST_TEST(checked.level("http api") == "ok");
}

BOOST_AUTO_TEST_CASE(the_request_is_what_was_configured) {
  const HttpServer server;
  const Agent agent(http_section(server.url("/deep?x=1"),
                                 "method = HEAD\nheaders = X-One: 1 | Host: shop.example"));
  BOOST_TEST(check(agent).code == 0);
  const std::string request = server.requests().at(0);
  BOOST_TEST(request.starts_with("HEAD /deep?x=1 HTTP/1.1\r\n"));
  BOOST_TEST(request.find("X-One: 1\r\n") != std::string::npos);
  BOOST_TEST(request.find("Host: shop.example\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_status_and_another_body_are_no) {
  HttpServer server({503, "down", {}});
  const Agent agent(http_section(server.url(), "expect_body = fine"));
  BOOST_TEST(check(agent).code == 1);
  BOOST_TEST(check(agent).says("http api", "status 503, expected 200"));
  server.answer_with({200, "almost", {}});
  BOOST_TEST(check(agent).code == 1);
  BOOST_TEST(check(agent).says("http api", "the body lacks 'fine'"));
}

BOOST_AUTO_TEST_CASE(a_redirect_is_not_followed) {
  const HttpServer target;
  const HttpServer server({302, "", {"Location: " + target.url()}});
  const Agent agent(http_section(server.url()));
  BOOST_TEST(check(agent).code == 1);
  BOOST_TEST(target.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_proxy_of_the_environment_is_not_used) {
  const HttpServer server;
  const Agent agent(http_section(server.url()));
  ::setenv("http_proxy", "http://127.0.0.1:9", 1);
  const int code = check(agent).code;
  ::unsetenv("http_proxy");
  BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(nobody_listening_is_no) {
  const Agent agent(http_section(fmt::format("http://127.0.0.1:{}/", free_port())));
  const Checked checked = check(agent);
  BOOST_TEST(checked.code == 1);
  BOOST_TEST(checked.says("http api", "cannot connect"));
}

BOOST_AUTO_TEST_CASE(one_that_never_answers_and_one_that_drips_are_no_verdict) {
  HttpReply reply;
  reply.silent = true;
  HttpServer server(reply);
  const Agent agent(http_section(server.url()));
  const Checked silent = check(agent, {"--deadline", "300ms"});
  BOOST_TEST(silent.code == 2);
  BOOST_TEST(silent.says("http api", "connected, no answer"));
  reply.silent = false;
  reply.drip = true;
  server.answer_with(reply);
  const Checked dripping = check(agent, {"--deadline", "300ms"});
  BOOST_TEST(dripping.code == 2);
  BOOST_TEST(dripping.level("http api") == "unknown");
}

BOOST_AUTO_TEST_CASE(a_long_body_is_read_no_further_than_needed) {
  const HttpServer server({200, "found" + std::string(8U << 20U, 'x'), {}});
  const Agent found(http_section(server.url(), "expect_body = found"));
  BOOST_TEST(check(found).code == 0);
  const Agent lacking(http_section(server.url(), "expect_body = absent"));
  BOOST_TEST(check(lacking).says("http api", "the first 64 KiB of the body lacks"));
}

BOOST_AUTO_TEST_CASE(tls_is_verified_against_ca_file) {
  const Certificates ours;
  const Certificates others;
  const int port = free_port();
  const TempDir dir;
  const Child server({"openssl", "s_server", "-www", "-accept", fmt::format("127.0.0.1:{}", port),
                      "-cert", ours.certificate(), "-key", ours.key()},
                     dir.path() + "/log");
  const std::string url = fmt::format("https://localhost:{}/", port);
  const Agent good(http_section(url, "ca_file = " + ours.ca()));
  BOOST_TEST(wait_for([&] { return check(good, {"--deadline", "5s"}).code == 0; }));
  const Agent wrong(http_section(url, "ca_file = " + others.ca()));
  BOOST_TEST(check(wrong, {"--deadline", "5s"}).code == 1);
  BOOST_TEST(check(wrong, {"--deadline", "5s"}).says("http api", "certificate"));
}

BOOST_AUTO_TEST_SUITE_END()
