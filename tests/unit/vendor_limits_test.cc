// Each vendor's own limit, which the worst message there can be keeps in every degree.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "notify/format.h"
#include "tests/support/messages.h"

namespace ha {
namespace {

using nlohmann::json;

// More than any limit holds.
constexpr std::size_t kEndless = 30'000;

std::string repeated(const std::string& piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

/// Characters that grow in markup, in JSON, in both, and by being no UTF-8; in titles and lines
/// of every length.
void for_each_worst(const std::function<void(const Message&)>& look) {
  for (const char* piece : {"a", "中", "\"", "\\", "&", "<", "*", "\xff", "从\"\\&<_"}) {
    for (const std::size_t title : {1UL, 700UL, kEndless}) {
      for (const std::size_t line : {1UL, 100UL, kEndless}) {
        Message message = test::sample_message();
        message.title = repeated(piece, title);
        message.body.assign(kEndless / line, repeated(piece, line));
        look(message);
      }
    }
  }
}

/// What `measure` makes of a request's body, at the most.
std::size_t largest(const WebhookConfig& channel,
                    const std::function<std::size_t(const std::string&)>& measure) {
  std::size_t most = 0;
  const WebhookFormat& format = *find_format(channel.format);
  for_each_worst([&](const Message& message) {
    for (const Degree degree : {Degree::full, Degree::shorter, Degree::plain}) {
      const auto request = format.request(channel, message, {1, degree, "nonce"});
      most = std::max(most, measure(request.value().body));
    }
  });
  return most;
}

std::size_t whole(const std::string& body) {
  return body.size();
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

WebhookConfig channel_of(const std::string& format) {
  WebhookConfig channel;
  channel.format = format;
  channel.url = "https://robot.example/send?key=K";
  channel.secret = "SECRET";
  return channel;
}

WebhookConfig calling(const std::string& format) {
  WebhookConfig channel = channel_of(format);
  channel.mention = {"@all", "13800000000", "13900000000"};
  return channel;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vendor_limits)

BOOST_AUTO_TEST_CASE(wecom_takes_4096_bytes_of_markdown_and_2048_of_text) {
  const auto markdown = [](const std::string& body) {
    const json parsed = json::parse(body);
    return parsed.contains("markdown")
               ? parsed["markdown"]["content"].get_ref<const std::string&>().size()
               : 0;
  };
  const auto text = [](const std::string& body) {
    const json parsed = json::parse(body);
    return parsed.contains("text") ? parsed["text"]["content"].get_ref<const std::string&>().size()
                                   : 0;
  };
  BOOST_TEST(largest(channel_of("wecom"), markdown) <= 4096U);
  BOOST_TEST(largest(channel_of("wecom"), text) <= 2048U);
  BOOST_TEST(largest(calling("wecom"), markdown) == 0U);
  BOOST_TEST(largest(calling("wecom"), text) <= 2048U);
}

// The limits of these three are of the whole request, and "20 KB" may be 20,000 bytes.
BOOST_AUTO_TEST_CASE(dingtalk_takes_less_than_20000_bytes) {
  BOOST_TEST(largest(channel_of("dingtalk"), whole) < 20'000U);
  BOOST_TEST(largest(calling("dingtalk"), whole) < 20'000U);
}

BOOST_AUTO_TEST_CASE(feishu_takes_20_kb) {
  for (const char* name : {"feishu", "lark"}) {
    BOOST_TEST(largest(channel_of(name), whole) <= 20'000U);
    BOOST_TEST(largest(calling(name), whole) <= 20'000U);
  }
}

BOOST_AUTO_TEST_CASE(teams_takes_28_kb) {
  BOOST_TEST(largest(channel_of("teams"), whole) <= 28'000U);
}

BOOST_AUTO_TEST_CASE(discord_takes_2000_characters) {
  BOOST_TEST(largest(channel_of("discord"), [](const std::string& body) {
               return characters(json::parse(body)["content"]);
             }) <= 2000U);
}

BOOST_AUTO_TEST_CASE(telegram_takes_4096_characters) {
  BOOST_TEST(largest(channel_of("telegram"), [](const std::string& body) {
               return characters(json::parse(body)["text"]);
             }) <= 4096U);
}

BOOST_AUTO_TEST_CASE(pagerduty_takes_1024_characters_of_summary_and_255_of_key) {
  BOOST_TEST(largest(channel_of("pagerduty"), [](const std::string& body) {
               return characters(json::parse(body)["payload"]["summary"]);
             }) <= 1024U);
  // A host's name may have 253.
  const WebhookFormat& format = *find_format("pagerduty");
  const auto key_of = [&](const Message& message) -> std::string {
    const auto request = format.request(channel_of("pagerduty"), message, {});
    return json::parse(request.value().body)["dedup_key"];
  };
  const Message begin = test_message(std::string(253, 'h'), "ops", Lang::en, 1);
  BOOST_TEST(key_of(begin).size() <= 255U);
  BOOST_TEST(key_of(begin) == key_of(test::ended(begin)));
  BOOST_TEST(key_of(begin) != key_of(test_message(std::string(252, 'h'), "ops", Lang::en, 1)));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace ha
