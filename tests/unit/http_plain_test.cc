// Which URLs are asked without libcurl, and with which request.
#include "checks/http_plain.h"

#include <boost/test/unit_test.hpp>

using namespace ha;

BOOST_AUTO_TEST_SUITE(http_plain)

BOOST_AUTO_TEST_CASE(a_url_is_taken_apart) {
  const auto url = plain_url("http://127.0.0.1:8080/health?deep=1#top");
  BOOST_REQUIRE(url.has_value());
  BOOST_TEST(url->host == "127.0.0.1");
  BOOST_TEST(url->port == "8080");
  BOOST_TEST(url->authority == "127.0.0.1:8080");
  BOOST_TEST(url->target == "/health?deep=1");
}

BOOST_AUTO_TEST_CASE(what_a_url_leaves_out_has_its_default) {
  BOOST_TEST(plain_url("http://db1")->port == "80");
  BOOST_TEST(plain_url("http://db1")->target == "/");
  BOOST_TEST(plain_url("http://db1?x")->target == "/?x");
  BOOST_TEST(plain_url("http://[::1]:81/")->host == "::1");
  BOOST_TEST(plain_url("http://[::1]/")->authority == "[::1]");
}

BOOST_AUTO_TEST_CASE(other_urls_are_left_to_libcurl) {
  for (const char* url :
       {"https://db1/", "HTTP://db1/", "http://", "http:///x", "http://user:pw@db1/",
        "http://db1:/", "http://db1:0/", "http://db1:65536/", "http://db1:8x/", "http://db1/a/../b",
        "http://db1/a b", "http://[::1/", "http://[::1]x/", "http://[fe80::1%25eth0]/",
        "http://b\xc3\xbc.example/", "http://db1/\xc3\xbc", "http://db1\r\nX: y/"}) {
    BOOST_TEST(!plain_url(url).has_value(), url);
  }
  BOOST_TEST(plain_url("http://db1:65535/").has_value());
}

BOOST_AUTO_TEST_CASE(configured_headers_take_the_place_of_ours) {
  HttpConfig config;
  config.headers = {"User-Agent: me"};
  const PlainUrl url = *plain_url("http://db1:8080/health");
  BOOST_TEST(plain_request(config, url) ==
             "GET /health HTTP/1.1\r\nHost: db1:8080\r\nAccept: */*\r\nConnection: close\r\n"
             "User-Agent: me\r\n\r\n");
  config.method = "POST";
  config.headers = {"host: shop.example", "User-Agent: me", "ACCEPT: a", "Connection: b"};
  BOOST_TEST(plain_request(config, url) ==
             "POST /health HTTP/1.1\r\nContent-Length: 0\r\nhost: shop.example\r\nUser-Agent: "
             "me\r\nACCEPT: a\r\nConnection: b\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
