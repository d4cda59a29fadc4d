#include <boost/test/unit_test.hpp>

#include "checks/http.h"

using namespace ha;

namespace {

HttpConfig config() {
  HttpConfig config;
  config.name = "api";
  config.expect_status = {{200, 200}, {300, 302}};
  return config;
}

HttpFacts answered(int status) {
  HttpFacts facts;
  facts.end = HttpFacts::End::answered;
  facts.status = status;
  return facts;
}

Expectation starting() {
  Expectation expect;
  expect.role = Role::master;
  expect.starting = true;
  return expect;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(judge_http_answers)

BOOST_AUTO_TEST_CASE(the_ends_of_a_range_are_in_it_and_their_neighbours_are_not) {
  for (const int good : {200, 300, 301, 302}) {
    BOOST_TEST((judge_http(config(), answered(good), {}).level == Level::ok), good);
  }
  for (const int bad : {199, 201, 299, 303}) {
    BOOST_TEST((judge_http(config(), answered(bad), {}).level == Level::no), bad);
  }
  BOOST_TEST(judge_http(config(), answered(503), {}).seen == "status 503, expected 200, 300-302");
}

BOOST_AUTO_TEST_CASE(a_redirect_says_that_it_is_not_followed) {
  HttpConfig only_200 = config();
  only_200.expect_status = {{200, 200}};
  BOOST_TEST(judge_http(only_200, answered(302), {}).seen ==
             "status 302 (redirects are not followed), expected 200");
}

BOOST_AUTO_TEST_CASE(a_body_without_the_words_is_no) {
  HttpConfig with_body = config();
  with_body.expect_body = "fine";
  HttpFacts facts = answered(200);
  BOOST_TEST(judge_http(with_body, facts, {}).seen == "status 200, but the body lacks 'fine'");
  facts.body_cut = true;
  BOOST_TEST(judge_http(with_body, facts, {}).seen ==
             "status 200, but the first 64 KiB of the body lacks 'fine'");
  facts.body_found = true;
  BOOST_TEST((judge_http(with_body, facts, {}).level == Level::ok));
}

BOOST_AUTO_TEST_CASE(a_back_end_that_starts_is_pending_but_a_silent_one_is_unknown) {
  BOOST_TEST((judge_http(config(), answered(503), starting()).level == Level::pending));
  BOOST_TEST((judge_http(config(), answered(200), starting()).level == Level::ok));
  HttpFacts refused;
  refused.trouble = "cannot connect: Connection refused";
  BOOST_TEST((judge_http(config(), refused, {}).level == Level::no));
  BOOST_TEST((judge_http(config(), refused, starting()).level == Level::pending));
  HttpFacts late;
  late.end = HttpFacts::End::late;
  late.trouble = "connected, no answer";
  BOOST_TEST((judge_http(config(), late, {}).level == Level::unknown));
  BOOST_TEST((judge_http(config(), late, starting()).level == Level::unknown));
}

BOOST_AUTO_TEST_SUITE_END()
