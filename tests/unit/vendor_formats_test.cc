// Each vendor's request and what its answers mean.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "notify/format.h"
#include "notify/format_aliyun.h"
#include "notify/format_dingtalk.h"
#include "notify/format_feishu.h"
#include "tests/support/messages.h"
#include "tests/support/text.h"

namespace ha {
namespace {

using nlohmann::json;
using test::ended;
using test::has;
using test::sample_message;

constexpr std::int64_t kNow = 1'700'000'000'000;

WebhookConfig channel_of(const std::string& format) {
  WebhookConfig channel;
  channel.name = "ops";
  channel.format = format;
  channel.url = "https://robot.example/send?key=K";
  channel.template_text =
      R"({"t":"{title} by {node}","n":[{"x":"{text}"}],"keep":"{none} {","i":1})";
  channel.chat_id = "-100";
  channel.access_key_id = "AK";
  channel.phones = {"13800000000", "13900000000"};
  channel.sign_name = "签名";
  channel.template_code = "SMS_1";
  return channel;
}

WebhookRequest request_of(const WebhookConfig& channel, const Message& message,
                          Degree degree = Degree::full) {
  return find_format(channel.format)->request(channel, message, {kNow, degree, "nonce"}).value();
}
json body_of(const WebhookConfig& channel, const Message& message, Degree degree = Degree::full) {
  return json::parse(request_of(channel, message, degree).body);
}

Judged judged(const std::string& format, int status, const std::string& body) {
  return judge_reply(*find_format(format), status, body, "");
}
Fate fate(const std::string& format, int status, const std::string& body) {
  return judged(format, status, body).fate;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vendor_formats)

BOOST_AUTO_TEST_CASE(every_word_of_the_key_is_a_format) {
  for (const char* name :
       {"text", "slack", "wecom", "dingtalk", "feishu", "lark", "teams", "discord", "telegram",
        "pagerduty", "alertmanager", "aliyun-sms", "generic"}) {
    BOOST_TEST(find_format(name) != nullptr, name);
  }
}

// A state's word has to be seen in a notification's first line.
BOOST_AUTO_TEST_CASE(all_say_the_state_and_the_event_in_valid_utf8_within_their_limits) {
  Message message = sample_message(Severity::warning);
  for (int i = 0; i < 3000; ++i) message.body.push_back("一行很长的中文 \"quoted\" \\ & <b> line");
  for (const std::string_view name : format_names()) {
    for (const Degree degree : {Degree::full, Degree::shorter, Degree::plain}) {
      BOOST_TEST_CONTEXT(name) {
        const WebhookRequest request = request_of(channel_of(std::string(name)), message, degree);
        const std::string whole = request.body + request.url;
        BOOST_TEST(has(whole, "FAULT"));
        BOOST_TEST(whole.size() < 28'000U);
        if (!request.body.empty()) BOOST_TEST(!json::parse(request.body).is_discarded());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(wecom_is_coloured_markdown_and_a_text_where_somebody_is_called) {
  WebhookConfig channel = channel_of("wecom");
  json body = body_of(channel, sample_message());
  BOOST_TEST(body["msgtype"] == "markdown");
  const std::string content = body["markdown"]["content"];
  BOOST_TEST(content.starts_with("<font color=\"warning\">FAULT db1"), content);
  BOOST_TEST(content.size() <= 4096U);
  channel.mention = {"@all", "13800000000", "ana"};
  body = body_of(channel, sample_message());
  BOOST_TEST(body["msgtype"] == "text");
  BOOST_TEST(body["text"]["mentioned_list"] == json::parse(R"(["@all","ana"])"));
  BOOST_TEST(body["text"]["mentioned_mobile_list"] == json::parse(R"(["13800000000"])"));
  BOOST_TEST(body_of(channel, sample_message(Severity::info))["msgtype"] == "markdown");
}

BOOST_AUTO_TEST_CASE(wecom_answers) {
  BOOST_TEST((fate("wecom", 200, R"({"errcode":0,"errmsg":"ok"})") == Fate::ok));
  for (const int busy : {-1, 45009}) {
    const auto answer = judged("wecom", 200, "{\"errcode\":" + std::to_string(busy) + "}");
    BOOST_TEST((answer.fate == Fate::retry));
    BOOST_TEST((answer.wait == Millis{60'000}));
  }
  BOOST_TEST((fate("wecom", 200, R"({"errcode":93000})") == Fate::dead));
  BOOST_TEST((fate("wecom", 200, R"({"errcode":40058})") == Fate::lesser));
  BOOST_TEST((fate("wecom", 200, "<html>") == Fate::retry));
  BOOST_TEST((fate("wecom", 404, R"({"errcode":0})") == Fate::dead));
}

BOOST_AUTO_TEST_CASE(dingtalk_is_signed_and_calls_in_the_text) {
  BOOST_TEST(dingtalk_sign("SECtest0123456789", kNow) ==
             "yBKp5IlG6qCzcQWmgyRK/ziJBdVNJmHfFE2ST/CzT/g=");
  WebhookConfig channel = channel_of("dingtalk");
  BOOST_TEST(request_of(channel, sample_message()).url == channel.url);
  channel.secret = "SECtest0123456789";
  channel.mention = {"@all", "13800000000"};
  const WebhookRequest request = request_of(channel, sample_message());
  BOOST_TEST(request.url ==
             channel.url +
                 "&timestamp=1700000000000&sign=yBKp5IlG6qCzcQWmgyRK%2FziJBdVNJmHfFE2ST"
                 "%2FCzT%2Fg%3D");
  const json body = json::parse(request.body);
  BOOST_TEST(body["at"]["isAtAll"] == true);
  BOOST_TEST(body["at"]["atMobiles"] == json::parse(R"(["13800000000"])"));
  BOOST_TEST(has(body["markdown"]["text"].get<std::string>(), "@13800000000"));
  BOOST_TEST(has(body["markdown"]["text"].get<std::string>(), "\\*more\\*"));
  BOOST_TEST(body["markdown"]["title"].get<std::string>().starts_with("FAULT db1"));
}

BOOST_AUTO_TEST_CASE(dingtalk_answers) {
  BOOST_TEST((fate("dingtalk", 200, R"({"errcode":0})") == Fate::ok));
  BOOST_TEST((judged("dingtalk", 200, R"({"errcode":130101})").wait == Millis{60'000}));
  BOOST_TEST((judged("dingtalk", 200, R"({"errcode":130101,"wait":600})").wait == Millis{600'000}));
  BOOST_TEST((judged("dingtalk", 200, R"({"errcode":130101,"wait":1})").wait == Millis{60'000}));
  constexpr const char* kForever = R"({"errcode":130101,"wait":9223372036854775807})";
  BOOST_TEST((judged("dingtalk", 200, kForever).wait == Millis{1'000'000'000}));
  for (const char* dead : {"310000", "300001", "300005"}) {
    BOOST_TEST((fate("dingtalk", 200, std::string("{\"errcode\":") + dead + "}") == Fate::dead));
  }
  BOOST_TEST((fate("dingtalk", 200, R"({"errcode":460101})") == Fate::lesser));
}

BOOST_AUTO_TEST_CASE(feishu_is_a_signed_coloured_card) {
  BOOST_TEST(feishu_sign("SECtest0123456789", 1'700'000'000) ==
             "xqhKocb0RcGBDr30iFkLPByPLrRBM9Oy/dgBx968k0U=");
  WebhookConfig channel = channel_of("feishu");
  channel.secret = "SECtest0123456789";
  channel.mention = {"@all", "ou_1"};
  const json body = body_of(channel, sample_message());
  BOOST_TEST(body["timestamp"] == "1700000000");
  BOOST_TEST(body["sign"] == "xqhKocb0RcGBDr30iFkLPByPLrRBM9Oy/dgBx968k0U=");
  BOOST_TEST(body["card"]["header"]["template"] == "red");
  BOOST_TEST(
      body["card"]["header"]["title"]["content"].get<std::string>().starts_with("FAULT db1"));
  const std::string text = body["card"]["elements"][0]["text"]["content"];
  BOOST_TEST(has(text, "<at id=all></at>"));
  BOOST_TEST(has(text, "<at id=ou_1></at>"));
  BOOST_TEST(body_of(channel, sample_message(), Degree::plain)["msg_type"] == "text");
  BOOST_TEST(body_of(channel, ended(sample_message()))["card"]["header"]["template"] == "green");
  BOOST_TEST(!body_of(channel_of("lark"), sample_message()).contains("sign"));
}

BOOST_AUTO_TEST_CASE(feishu_answers) {
  BOOST_TEST((fate("feishu", 200, R"({"code":0,"msg":"success"})") == Fate::ok));
  BOOST_TEST((fate("feishu", 200, R"({"StatusCode":0,"StatusMessage":"success"})") == Fate::ok));
  for (const char* busy : {"11232", "99991400"}) {
    BOOST_TEST((fate("feishu", 200, std::string("{\"code\":") + busy + "}") == Fate::retry));
  }
  const char* const limit = R"({"code":9499,"msg":"too many requests"})";
  BOOST_TEST((fate("feishu", 200, R"({"code":9499,"msg":"Too Many Request"})") == Fate::retry));
  BOOST_TEST((fate("feishu", 400, limit) == Fate::retry));
  BOOST_TEST((fate("feishu", 200, R"({"code":9499,"msg":"Bad Request"})") == Fate::dead));
  BOOST_TEST((fate("feishu", 400, R"({"code":9499,"msg":"Bad Request"})") == Fate::dead));
  for (const char* dead : {"19001", "19021", "19022", "19024"}) {
    BOOST_TEST((fate("lark", 200, std::string("{\"code\":") + dead + "}") == Fate::dead));
  }
}

BOOST_AUTO_TEST_CASE(slack_escapes_and_believes_its_clones) {
  const std::string text = body_of(channel_of("slack"), sample_message())["text"];
  BOOST_TEST(has(text, "&lt;in&gt; 5 ms &amp; "), text);
  BOOST_TEST(text.find("FAULT db1") < 100U);
  BOOST_TEST((fate("slack", 200, "ok") == Fate::ok));
  BOOST_TEST((fate("slack", 201, "<html>") == Fate::ok));
  BOOST_TEST((fate("slack", 200, R"({"ok":true})") == Fate::ok));
  BOOST_TEST((fate("slack", 200, R"({"ok":false,"error":"invalid_auth"})") == Fate::dead));
  BOOST_TEST((fate("slack", 200, R"({"ok":false,"error":"ratelimited"})") == Fate::retry));
  BOOST_TEST((fate("slack", 400, "msg_too_long") == Fate::lesser));
  BOOST_TEST((fate("slack", 429, "") == Fate::retry));
  BOOST_TEST((fate("slack", 403, "invalid_token") == Fate::dead));
}

BOOST_AUTO_TEST_CASE(teams_is_a_card_and_its_200_may_be_an_error) {
  const json body = body_of(channel_of("teams"), sample_message());
  const json card = body["attachments"][0]["content"];
  BOOST_TEST(card["version"] == "1.2");
  BOOST_TEST(card["body"][0]["color"] == "Attention");
  BOOST_TEST((fate("teams", 202, "") == Fate::ok));
  BOOST_TEST((fate("teams", 200, "1") == Fate::ok));
  BOOST_TEST((fate("teams", 200, "Webhook message delivery failed with error: HTTP error 429") ==
              Fate::retry));
  BOOST_TEST((fate("teams", 200, "Webhook message delivery failed with error: bad") == Fate::dead));
  BOOST_TEST((fate("teams", 413, "") == Fate::lesser));
}

BOOST_AUTO_TEST_CASE(discord_calls_nobody_and_says_when_to_come_back) {
  const json body = body_of(channel_of("discord"), sample_message());
  BOOST_TEST(body["allowed_mentions"]["parse"].empty());
  BOOST_TEST(body["content"].get<std::string>().size() <= 2000U);
  BOOST_TEST((fate("discord", 204, "") == Fate::ok));
  BOOST_TEST((judged("discord", 429, R"({"retry_after":1.5})").wait == Millis{1500}));
  BOOST_TEST((fate("discord", 429, "<html>") == Fate::retry));
  BOOST_TEST((fate("discord", 400, R"({"code":50035})") == Fate::lesser));
  BOOST_TEST((fate("discord", 404, R"({"code":10015})") == Fate::dead));
}

BOOST_AUTO_TEST_CASE(telegram_speaks_html_and_falls_back_to_plain_text) {
  const json body = body_of(channel_of("telegram"), sample_message());
  BOOST_TEST(body["chat_id"] == "-100");
  BOOST_TEST(body["parse_mode"] == "HTML");
  BOOST_TEST(has(body["text"].get<std::string>(), "<b>FAULT db1"));
  BOOST_TEST(has(body["text"].get<std::string>(), "&lt;in&gt;"));
  BOOST_TEST(
      !body_of(channel_of("telegram"), sample_message(), Degree::plain).contains("parse_mode"));
  BOOST_TEST((fate("telegram", 200, R"({"ok":true,"result":{}})") == Fate::ok));
  BOOST_TEST((judged("telegram", 429, R"({"ok":false,"parameters":{"retry_after":7}})").wait ==
              Millis{7000}));
  constexpr const char* kForever =
      R"({"ok":false,"parameters":{"retry_after":9223372036854775807}})";
  BOOST_TEST((judged("telegram", 429, kForever).wait == Millis{1'000'000'000}));
  BOOST_TEST((judged("telegram", 429, R"({"ok":false,"parameters":{"retry_after":-7}})").wait ==
              Millis{0}));
  BOOST_TEST((fate("telegram", 400,
                   R"({"ok":false,"description":"Bad Request: can't parse entities: x"})") ==
              Fate::lesser));
  BOOST_TEST((fate("telegram", 401, R"({"ok":false,"description":"Unauthorized"})") == Fate::dead));
  BOOST_TEST((fate("telegram", 200, "<html>") == Fate::retry));
}

BOOST_AUTO_TEST_CASE(pagerduty_triggers_and_resolves_the_same_key) {
  WebhookConfig channel = channel_of("pagerduty");
  channel.secret = "ROUTE";
  json body = body_of(channel, sample_message());
  BOOST_TEST(body["routing_key"] == "ROUTE");
  BOOST_TEST(body["event_action"] == "trigger");
  BOOST_TEST(body["payload"]["severity"] == "critical");
  BOOST_TEST(body["payload"]["summary"].get<std::string>().starts_with("FAULT"));
  const auto key = body["dedup_key"];
  body = body_of(channel, ended(sample_message()));
  BOOST_TEST(body["event_action"] == "resolve");
  BOOST_TEST(body["dedup_key"] == key);
  BOOST_TEST((fate("pagerduty", 202, R"({"status":"success"})") == Fate::ok));
  BOOST_TEST((fate("pagerduty", 200, "") == Fate::retry));
  BOOST_TEST((fate("pagerduty", 400, R"({"status":"invalid event"})") == Fate::dead));
  BOOST_TEST((fate("pagerduty", 429, "") == Fate::retry));
}

BOOST_AUTO_TEST_CASE(alertmanager_gets_the_same_labels_for_begin_and_end) {
  const WebhookConfig channel = channel_of("alertmanager");
  Message begin = sample_message();
  begin.condition = "lag";
  begin.rule = true;
  Message end = ended(begin);
  end.node = "db2";
  const json first = body_of(channel, begin);
  const json last = body_of(channel, end);
  BOOST_REQUIRE(first.size() == 1U);
  BOOST_REQUIRE(last.size() == 1U);
  BOOST_TEST(first[0]["labels"] == last[0]["labels"]);
  BOOST_TEST(first[0]["labels"]["alertname"] == "lag");
  BOOST_TEST(!first[0].contains("endsAt"));
  BOOST_TEST(last[0]["endsAt"] == "2023-11-14T22:13:20.000Z");
  // The clock was set back since it came.
  end.at_ms = 4'000'000'000'000;
  BOOST_TEST(body_of(channel, end)[0]["startsAt"] == "2023-11-14T22:13:20.000Z");
  Message moment = sample_message(Severity::info);
  const json event = body_of(channel, moment);
  BOOST_TEST(event[0]["labels"]["state"] == "FAULT");
  BOOST_TEST(event[0]["endsAt"] == "2023-11-14T22:18:20.000Z");
  BOOST_TEST((fate("alertmanager", 200, "") == Fate::ok));
  BOOST_TEST((fate("alertmanager", 400, "bad") == Fate::dead));
  BOOST_TEST((fate("alertmanager", 503, "") == Fate::retry));
}

// The vendor's own example (Alibaba Cloud, "V3 request body and signature").
BOOST_AUTO_TEST_CASE(aliyun_signs_as_its_manual_does) {
  const std::string empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  BOOST_TEST(
      aliyun_signature(
          "YourAccessKeySecret",
          "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
          "host:ecs.cn-shanghai.aliyuncs.com\nx-acs-action:RunInstances\nx-acs-content-sha256:" +
              empty +
              "\nx-acs-date:2023-10-26T10:22:32Z\nx-acs-signature-nonce:"
              "3156853299f313e23d1673dc12e1703d\nx-acs-version:2014-05-26\n",
          "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version",
          empty) == "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
}

BOOST_AUTO_TEST_CASE(aliyun_puts_no_address_and_no_link_into_a_variable) {
  WebhookConfig channel = channel_of("aliyun-sms");
  channel.url = "https://dysmsapi.aliyuncs.com";
  Message message = sample_message();
  message.title = "FAULT 192.0.2.100 http://x";
  const WebhookRequest request = request_of(channel, message);
  BOOST_TEST(request.url.starts_with(
      "https://dysmsapi.aliyuncs.com/?PhoneNumbers=13800000000%2C13900000000&SignName=%E7%AD%BE"));
  BOOST_TEST(has(request.url, "FAULT%20192-0-2-100%20http%20x"), request.url);
  BOOST_TEST(request.body.empty());
  bool authorized = false;
  for (const std::string& header : request.headers) {
    authorized = authorized || header.starts_with("Authorization: ACS3-HMAC-SHA256 Credential=AK,");
  }
  BOOST_TEST(authorized);
  BOOST_TEST((fate("aliyun-sms", 200, R"({"Code":"OK"})") == Fate::ok));
  for (const char* busy : {"isp.SYSTEM_ERROR", "Throttling.User", "isv.BUSINESS_LIMIT_CONTROL"}) {
    BOOST_TEST(
        (fate("aliyun-sms", 400, std::string("{\"Code\":\"") + busy + "\"}") == Fate::retry));
  }
  for (const char* dead :
       {"isv.OUT_OF_SERVICE", "isv.AMOUNT_NOT_ENOUGH", "isv.SMS_TEMPLATE_ILLEGAL"}) {
    BOOST_TEST((fate("aliyun-sms", 200, std::string("{\"Code\":\"") + dead + "\"}") == Fate::dead));
  }
  BOOST_TEST((fate("aliyun-sms", 200, "<html>") == Fate::retry));
}

BOOST_AUTO_TEST_CASE(generic_fills_the_texts_of_its_template_and_nothing_breaks_it) {
  WebhookConfig channel = channel_of("generic");
  channel.headers = {"X-Token: T"};
  Message message = sample_message();
  message.title = "FAULT \"}{text}";
  const WebhookRequest request = request_of(channel, message);
  const json body = json::parse(request.body);
  BOOST_TEST(body["t"] == "FAULT \"}{text} by db1");
  BOOST_TEST(has(body["n"][0]["x"].get<std::string>(), "VIP: 192.0.2.100"));
  BOOST_TEST(body["keep"] == "{none} {");
  BOOST_TEST(body["i"] == 1);
  BOOST_TEST(request.headers.at(0) == "X-Token: T");
  channel.template_text = "{no json";
  BOOST_TEST(!find_format("generic")->request(channel, message, {}).has_value());
  BOOST_TEST((fate("generic", 200, R"({"code":0})") == Fate::ok));
  BOOST_TEST((fate("generic", 200, R"({"errcode":1})") == Fate::dead));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace ha
