// Each format against a server that answers as its vendor does, errors included.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "notify/channel.h"
#include "notify/webhook.h"
#include "tests/support/messages.h"
#include "tests/support/recording_server.h"
#include "tests/support/text.h"
#include "tests/support/wait.h"

namespace ha {
namespace {

using test::has;
using test::RecordingServer;
using test::ScriptedReply;

constexpr Millis kPatient{20'000};
constexpr Millis kShort{300};

struct Vendor {
  const char* format;
  ScriptedReply ok;
  ScriptedReply busy;
  ScriptedReply refuses;
  ScriptedReply too_long{0};  ///< status 0: it never says so
};

ScriptedReply reply(int status, const char* body) {
  return {status, body};
}

const std::vector<Vendor>& vendors() {
  static const std::vector<Vendor> all{
      {"text", reply(200, "ok"), reply(200, R"({"errcode":45009})"), reply(200, R"({"code":7})")},
      {"slack", reply(200, "ok"), reply(200, R"({"ok":false,"error":"ratelimited"})"),
       reply(403, "invalid_token"), reply(400, "msg_too_long")},
      {"wecom", reply(200, R"({"errcode":0})"), reply(200, R"({"errcode":45009})"),
       reply(200, R"({"errcode":93000})"), reply(200, R"({"errcode":40058})")},
      {"dingtalk", reply(200, R"({"errcode":0})"), reply(200, R"({"errcode":130101})"),
       reply(200, R"({"errcode":310000})"), reply(200, R"({"errcode":460101})")},
      {"feishu", reply(200, R"({"code":0})"),
       reply(400, R"({"code":9499,"msg":"too many request"})"), reply(200, R"({"code":19021})")},
      {"lark", reply(200, R"({"StatusCode":0})"), reply(200, R"({"code":11232})"),
       reply(200, R"({"code":9499,"msg":"Bad Request"})")},
      {"teams", reply(202, ""), reply(200, "failed with error: HTTP error 429"),
       reply(200, "failed with error: x"), reply(413, "")},
      {"discord", reply(204, ""), reply(429, R"({"retry_after":2})"), reply(404, "{}"),
       reply(400, R"({"code":50035})")},
      {"telegram", reply(200, R"({"ok":true})"),
       reply(429, R"({"ok":false,"parameters":{"retry_after":3}})"),
       reply(401, R"({"ok":false,"description":"Unauthorized"})"),
       reply(400, R"({"ok":false,"description":"can't parse entities"})")},
      {"pagerduty", reply(202, R"({"status":"success"})"), reply(429, ""), reply(400, "{}"),
       reply(413, "")},
      {"alertmanager", reply(200, ""), reply(503, ""), reply(400, "bad")},
      {"aliyun-sms", reply(200, R"({"Code":"OK"})"),
       reply(400, R"({"Code":"isv.BUSINESS_LIMIT_CONTROL"})"),
       reply(200, R"({"Code":"isv.AMOUNT_NOT_ENOUGH"})"),
       reply(400, R"({"Code":"isv.PARAM_LENGTH_LIMIT"})")},
      {"generic", reply(201, "whatever"), reply(200, R"({"errcode":45009})"),
       reply(200, R"({"errcode":9})"), reply(413, "")},
  };
  return all;
}

WebhookConfig channel_of(const Vendor& vendor, const RecordingServer& server) {
  WebhookConfig channel;
  channel.name = "ops";
  channel.format = vendor.format;
  channel.url = server.url("/robot/SECRETTOKEN123");
  channel.secret = "SIGNSECRET";
  channel.allow_http = true;
  channel.template_text = R"({"text":"{text}"})";
  channel.headers = {"X-Key: HEADERSECRET"};
  return channel;
}

Sent send(const Vendor& vendor, const RecordingServer& server, Millis limit = kPatient) {
  return send_webhook(channel_of(vendor, server), test::sample_message(), Deadline::in(limit));
}

BOOST_AUTO_TEST_SUITE(alert_channels)

BOOST_AUTO_TEST_CASE(each_believes_its_vendor_and_not_the_status) {
  for (const Vendor& vendor : vendors()) {
    BOOST_TEST_CONTEXT(vendor.format) {
      RecordingServer server({vendor.ok});
      BOOST_TEST((send(vendor, server).judged.fate == Fate::ok));
      BOOST_TEST(server.requests().size() == 1U);
      server.answer({vendor.busy});
      const Sent busy = send(vendor, server);
      BOOST_TEST((busy.judged.fate == Fate::retry), busy.judged.why);
      server.answer({vendor.refuses});
      const Sent refused = send(vendor, server);
      BOOST_TEST((refused.judged.fate == Fate::dead), refused.judged.why);
      BOOST_TEST(!has(refused.judged.why, "SECRET"));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_too_long_goes_out_again_at_once_and_smaller) {
  for (const Vendor& vendor : vendors()) {
    if (vendor.too_long.status == 0) continue;
    BOOST_TEST_CONTEXT(vendor.format) {
      RecordingServer server({vendor.too_long, vendor.too_long, vendor.ok});
      BOOST_TEST((send(vendor, server).judged.fate == Fate::ok));
      BOOST_TEST(server.requests().size() == 3U);
      server.answer({vendor.too_long});
      BOOST_TEST((send(vendor, server).judged.fate == Fate::dead));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_network_s_own_failures_are_tried_again_whoever_it_is) {
  const ScriptedReply with_wait{429, "", {"Retry-After: 120"}};
  for (const Vendor& vendor : vendors()) {
    BOOST_TEST_CONTEXT(vendor.format) {
      RecordingServer server({with_wait});
      Sent sent = send(vendor, server);
      BOOST_TEST((sent.judged.fate == Fate::retry));
      BOOST_TEST((sent.retry_after == Millis{120'000}));
      for (const ScriptedReply& bad : {reply(429, ""), reply(500, ""), reply(503, "<html>")}) {
        server.answer({bad});
        BOOST_TEST((send(vendor, server).judged.fate == Fate::retry), bad.status);
      }
      ScriptedReply reset;
      reset.reset = true;
      server.answer({reset});
      BOOST_TEST((send(vendor, server).judged.fate == Fate::retry));
      ScriptedReply drip;
      drip.drip = true;
      server.answer({drip});
      BOOST_TEST((send(vendor, server, kShort).judged.fate == Fate::retry));
      ScriptedReply hang;
      hang.hang = true;
      server.answer({hang});
      BOOST_TEST((send(vendor, server, kShort).judged.fate == Fate::retry));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_redirect_is_followed_whoever_it_is) {
  const RecordingServer elsewhere;
  for (const Vendor& vendor : vendors()) {
    const RecordingServer server({{302, "", {"Location: " + elsewhere.url()}}});
    BOOST_TEST((send(vendor, server).judged.fate == Fate::dead), vendor.format);
  }
  BOOST_TEST(elsewhere.requests().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
