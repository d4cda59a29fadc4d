// What a page answers for what its command printed.
#include "notify/serve.h"

#include <boost/test/unit_test.hpp>

namespace ha {
namespace {

const Page& page(std::string_view path) {
  for (const Page& each : pages()) {
    if (each.path == path) return each;
  }
  BOOST_FAIL("there is no page " + std::string(path));
  return pages().front();
}

BOOST_AUTO_TEST_SUITE(serve)

BOOST_AUTO_TEST_CASE(health_is_well_only_when_the_check_says_0) {
  const Page& health = page("/health");
  BOOST_TEST(reply_of(health, Ran{0, "{}", ""}).status == 200);
  for (const int code : {1, 2, 3, 78, 139}) {
    const HttpReply reply = reply_of(health, Ran{code, "{}", ""});
    BOOST_TEST(reply.status == 503, code);
    BOOST_TEST(reply.type == "application/json");
    BOOST_TEST(reply.body == "{}");
  }
  const HttpReply mute = reply_of(health, Ran{78, "", "ha-agent: f:3: wrong\n"});
  BOOST_TEST(mute.status == 503);
  BOOST_TEST(mute.type == "text/plain; charset=utf-8");
  BOOST_TEST(mute.body == "ha-agent: f:3: wrong\n");
  BOOST_TEST(reply_of(health, fail("late", ErrorKind::timeout)).status == 503);
}

BOOST_AUTO_TEST_CASE(status_is_told_whatever_it_says) {
  BOOST_TEST(reply_of(page("/status"), Ran{1, "{}", ""}).status == 200);
  const HttpReply late = reply_of(page("/status"), fail("not within 30s", ErrorKind::timeout));
  BOOST_TEST(late.status == 500);
  BOOST_TEST(late.body == "ha-agent: status --format json: not within 30s\n");
  BOOST_TEST(reply_of(page("/metrics"), Ran{137, "", ""}).body ==
             "ha-agent: metrics ended with 137\n");
  BOOST_TEST(reply_of(page("/status"), Ran{0, std::string(kMaxOutput, 'a'), ""}).status == 500);
  BOOST_TEST(reply_of(page("/status"), Ran{0, std::string(kMaxOutput - 1, 'a'), ""}).status == 200);
  BOOST_TEST(reply_of(page("/metrics"), Ran{0, "a 1\n", ""}).type ==
             "text/plain; version=0.0.4; charset=utf-8");
}

BOOST_AUTO_TEST_CASE(a_page_may_take_longer_than_the_deadlines_of_its_command) {
  AgentConfig agent;
  agent.deadline = Millis{800};
  BOOST_TEST(page_limit(agent).count() == 8200);
  agent.deadline = Millis{60'000};
  BOOST_TEST(page_limit(agent).count() == 245'000);
}

BOOST_AUTO_TEST_CASE(a_path_that_is_none_is_told_what_there_is) {
  const HttpReply reply = list_of_pages(404, "/metric\x01");
  BOOST_TEST(reply.status == 404);
  BOOST_TEST(reply.body ==
             "there is no page '/metric\\x01'; there are:\n"
             "/metrics   this node, for Prometheus\n"
             "/health    200 when this node may hold the VIP, 503 when not\n"
             "/status    both nodes\n");
  BOOST_TEST(list_of_pages(200, "/").body.starts_with("/metrics   this node"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
