// The outbox and its delivery against real HTTP servers, the real program included.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "agent/role_state.h"
#include "notify/oldest_sendable.h"
#include "notify/quiet_hours.h"
#include "notify/roles.h"
#include "notify/token_bucket.h"
#include "notify/unspooled.h"
#include "tests/support/alert_node.h"
#include "tests/support/wait.h"

namespace ha {
namespace {

using test::AlertNode;
using test::kHookPath;
using test::RecordingServer;
using test::ScriptedReply;

const ScriptedReply kOk{};
const ScriptedReply kBroken{500, "no luck with SECRETTOKEN123", {}, false};
const ScriptedReply kHangs{200, "ok", {}, true};

/// The event ids in the order of arrival; a digest has several.
std::vector<std::string> events_of(const RecordingServer& server) {
  std::vector<std::string> events;
  for (const auto& request : server.requests()) {
    const std::string text = nlohmann::json::parse(request.body).at("text");
    const std::string begin = "20261120T101500.";
    for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
      events.push_back(text.substr(at, 24));
    }
  }
  return events;
}

struct DeliveryFixture : AlertNode {
  RecordingServer server;
  DeliveryFixture() { add_channel("ops", server.url(kHookPath)); }
};

BOOST_FIXTURE_TEST_SUITE(alert_delivery, DeliveryFixture)

BOOST_AUTO_TEST_CASE(an_endpoint_that_fails_and_recovers_gets_every_alert_once_more) {
  server.answer({kBroken, kOk});
  BOOST_TEST(enqueue(1));
  const Delivery first = deliver();
  BOOST_TEST(first.delivered == 0);
  BOOST_TEST(first.waiting == 1);
  const Delivery second = deliver();
  BOOST_TEST(second.delivered == 1);
  BOOST_TEST(second.waiting == 0);
  BOOST_TEST(deliver().delivered == 0);
  const auto tries = journaled_alerts();
  BOOST_REQUIRE_EQUAL(tries.size(), 2U);
  BOOST_TEST(tries[0].at("result") == "retry");
  BOOST_TEST(tries[0].at("status") == 500);
  BOOST_TEST(tries[1].at("result") == "ok");
  BOOST_TEST(tries[1].at("attempt") == 2);
  BOOST_TEST(server.requests().size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_hour_of_failures_loses_nothing) {
  server.answer({kBroken});
  for (int i = 1; i <= 3; ++i) BOOST_TEST(enqueue(i));
  for (int i = 0; i < 20; ++i) deliver();
  BOOST_TEST(outbox.waiting().size() == 3U);
  server.answer({kOk});
  BOOST_TEST(deliver().delivered == 3);
  BOOST_TEST(outbox.waiting().empty());
}

BOOST_AUTO_TEST_CASE(what_backs_off_is_not_due_and_what_the_vendor_asks_for_is_kept) {
  server.answer({{429, "", {"Retry-After: 120"}, false}, kOk});
  BOOST_TEST(enqueue(1));
  BOOST_TEST(deliver(false).delivered == 0);
  BOOST_TEST(deliver(false).waiting == 1);
  BOOST_TEST(server.requests().size() == 1U);
  BOOST_TEST(outbox.waiting().at(0).next_at_ms > wall_ms() + 60'000);
  BOOST_TEST(deliver(true).delivered == 1);
}

BOOST_AUTO_TEST_CASE(a_failing_older_alert_keeps_back_the_newer_ones_of_its_instance) {
  server.answer({kBroken});
  BOOST_TEST(enqueue(1, State::master));
  BOOST_TEST(enqueue(2, State::backup));
  BOOST_TEST(deliver().waiting == 2);
  BOOST_TEST(server.requests().size() == 1U);
  server.answer({kOk});
  BOOST_TEST(deliver().delivered == 2);
  const std::vector<std::string> order{event_id(1).substr(0, 24), event_id(1).substr(0, 24),
                                       event_id(2).substr(0, 24)};
  BOOST_TEST(events_of(server) == order, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_channel_that_hangs_delays_no_other) {
  RecordingServer other;
  add_channel("sms", other.url());
  server.answer({kHangs});
  BOOST_TEST(enqueue(1));
  const Delivery sum = deliver(true, Millis{1500});
  BOOST_TEST(sum.delivered == 1);
  BOOST_TEST(sum.waiting == 1);
  BOOST_TEST(other.requests().size() == 1U);
  BOOST_TEST(outbox.waiting().at(0).channel == "ops");
}

BOOST_AUTO_TEST_CASE(a_200_with_a_code_is_given_up_listed_and_sent_again_by_hand) {
  server.answer({{200, R"({"errcode":93000,"errmsg":"invalid SECRETKEY"})", {}, false}});
  BOOST_TEST(enqueue(1));
  BOOST_TEST(deliver().waiting == 0);
  BOOST_REQUIRE_EQUAL(outbox.dead().size(), 1U);
  std::string output;
  BOOST_TEST(run({"alerts", "list"}, &output) == 0);
  BOOST_TEST(output.find("no alerts waiting, 1 given up") != std::string::npos, output);
  BOOST_TEST(output.find("93000") != std::string::npos, output);
  BOOST_TEST(run({"alerts", "list", "--dead"}, &output) == 0);
  BOOST_TEST(output.find("93000") != std::string::npos, output);
  BOOST_TEST(run({"alerts", "retry", "--dead"}) == 1);
  server.answer({kOk});
  BOOST_TEST(run({"alerts", "retry", "--due"}) == 0);
  BOOST_TEST(run({"alerts", "retry"}) == 0);
  BOOST_TEST(outbox.dead().size() == 1U);
  BOOST_TEST(run({"alerts", "retry", "--dead"}, &output) == 0);
  BOOST_TEST(output.find("1 delivered; no alerts waiting") != std::string::npos, output);
  BOOST_TEST(outbox.dead().empty());
}

BOOST_AUTO_TEST_CASE(an_alert_older_than_a_day_is_given_up_after_one_more_try_and_kept) {
  server.answer({kBroken});
  OutboxEntry old;
  old.channel = "ops";
  old.alert = alert(1);
  old.created_at_ms = wall_ms() - config.agent.alert_max_age.count();
  BOOST_TEST(outbox.add(old).has_value());
  old.alert = alert(2);
  old.created_at_ms = wall_ms() - config.agent.alert_max_age.count() + 60'000;
  BOOST_TEST(outbox.add(old).has_value());
  deliver();
  BOOST_TEST(server.requests().size() == 2U);
  BOOST_REQUIRE_EQUAL(outbox.dead().size(), 1U);
  BOOST_TEST(outbox.dead()[0].alert.event_id == event_id(1));
  BOOST_TEST(outbox.waiting().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_alert_whose_channel_is_gone_stays_until_it_is_dropped) {
  BOOST_TEST(enqueue(1));
  config.webhook[0].name = "renamed";
  BOOST_TEST(deliver().waiting == 1);
  std::string output;
  BOOST_TEST(run({"alerts", "list"}, &output) == 0);
  BOOST_TEST(output.find("no channel ops any more") != std::string::npos, output);
  BOOST_TEST(run({"alerts", "retry"}) == 1);
  BOOST_TEST(run({"alerts", "drop", "no-such"}) == 1);
  BOOST_TEST(run({"alerts", "drop", event_id(1) + ".ops"}, &output) == 0);
  BOOST_TEST(output.find("1 dropped") != std::string::npos, output);
  BOOST_TEST(outbox.waiting().empty());
  config.webhook[0].name = "ops";
  BOOST_TEST(enqueue(1));
  BOOST_TEST(outbox.waiting().empty());
  BOOST_TEST(journaled_alerts().back().at("result") == "dropped");
}

BOOST_AUTO_TEST_CASE(a_network_that_comes_back_gets_what_was_kept) {
  const int port = test::free_port();
  config.webhook[0].url = "http://127.0.0.1:" + std::to_string(port) + "/hook";
  BOOST_TEST(enqueue(1));
  BOOST_TEST(run({"alerts", "retry"}) == 1);
  const RecordingServer back({kOk}, port);
  std::string output;
  BOOST_TEST(run({"alerts", "retry"}, &output) == 0, output);
  BOOST_TEST(back.requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(killed_while_it_delivers_nothing_is_lost) {
  server.answer({kHangs, kOk});
  BOOST_TEST(enqueue(1));
  BOOST_TEST(enqueue(2));
  test::Child first = start({"alerts", "retry"});
  BOOST_REQUIRE(server.wait_for_requests(1));
  first.kill();
  BOOST_TEST(outbox.waiting().size() == 2U);
  BOOST_TEST(run({"alerts", "retry"}) == 0);
  const std::vector<std::string> order{event_id(1).substr(0, 24), event_id(1).substr(0, 24),
                                       event_id(2).substr(0, 24)};
  BOOST_TEST(events_of(server) == order, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(
    killed_again_and_again_each_alert_arrives_and_at_most_one_message_a_kill_twice) {
  constexpr std::size_t kAlerts = 24;
  for (std::size_t i = 1; i <= kAlerts; ++i) BOOST_TEST(enqueue(static_cast<int>(i)));
  std::size_t kills = 0;
  while (!outbox.waiting().empty()) {
    const std::size_t before = server.requests().size();
    test::Child child = start({"alerts", "retry"});
    // After one, two, three, … requests, so that the kill meets every stage of an entry's way.
    const std::size_t wanted = before + 1 + kills % 5;
    test::wait_for([&] { return server.requests().size() >= wanted || !child.running(); });
    if (child.running()) ++kills;
    child.kill();
  }
  BOOST_TEST(kills > 0U);
  const auto events = events_of(server);
  const std::set<std::string> unique(events.begin(), events.end());
  BOOST_TEST(unique.size() == kAlerts);
  // A message, digest or not, begins with its first alert.
  std::vector<std::string> messages;
  for (const auto& request : server.requests()) {
    const std::string text = nlohmann::json::parse(request.body).at("text");
    messages.push_back(text.substr(text.find("20261120T101500."), 24));
  }
  const std::set<std::string> different(messages.begin(), messages.end());
  BOOST_TEST(messages.size() <= different.size() + kills);
  BOOST_TEST(std::is_sorted(messages.begin(), messages.end()));
}

BOOST_AUTO_TEST_CASE(processes_that_deliver_at_once_send_each_alert_once) {
  constexpr std::size_t kAlerts = 30;
  for (std::size_t i = 1; i <= kAlerts; ++i) BOOST_TEST(enqueue(static_cast<int>(i)));
  std::vector<test::Child> children;
  for (int i = 0; i < 4; ++i) children.push_back(start({"alerts", "retry", "--due"}));
  for (test::Child& child : children) BOOST_TEST(child.wait() == 0);
  const auto events = events_of(server);
  BOOST_TEST(events.size() == kAlerts);
  BOOST_TEST(std::set<std::string>(events.begin(), events.end()).size() == kAlerts);
  BOOST_TEST(outbox.waiting().empty());
}

BOOST_AUTO_TEST_CASE(an_alert_that_comes_while_another_process_delivers_is_sent_by_that_one) {
  server.answer({kHangs, kOk});
  BOOST_TEST(enqueue(1));
  test::Child holder = start({"alerts", "retry"});
  BOOST_REQUIRE(server.wait_for_requests(1));
  BOOST_TEST(enqueue(2));
  BOOST_TEST(run({"alerts", "retry", "--due"}) == 0);
  BOOST_TEST(server.requests().size() == 1U);
  server.release();
  BOOST_TEST(holder.wait() == 0);
  BOOST_TEST(server.requests().size() == 2U);
  BOOST_TEST(outbox.waiting().empty());
}

BOOST_AUTO_TEST_CASE(alerts_test_shows_the_reply_and_is_0_only_when_the_verdict_is_ok) {
  std::string output;
  BOOST_TEST(run({"alerts", "test", "ops"}, &output) == 0);
  BOOST_TEST(output.find("verdict: OK") != std::string::npos, output);
  server.answer({{200, R"({"errcode":93000,"errmsg":"bad SECRETKEY"})", {}, false}});
  BOOST_TEST(run({"alerts", "test", "ops"}, &output) == 1);
  BOOST_TEST(output.find("reply: {\"errcode\":93000,\"errmsg\":\"bad ***\"}") != std::string::npos,
             output);
  BOOST_TEST(output.find("verdict: DEAD") != std::string::npos, output);
  server.answer({kBroken});
  BOOST_TEST(run({"alerts", "test", "ops"}, &output) == 1);
  BOOST_TEST(output.find("verdict: RETRY") != std::string::npos, output);
  BOOST_TEST(run({"alerts", "test", "nobody"}, &output) == 1);
  BOOST_TEST(output.find("there are: ops") != std::string::npos, output);
  BOOST_TEST(outbox.waiting().empty());
}

BOOST_AUTO_TEST_CASE(the_url_is_in_no_log_no_file_and_no_output) {
  server.answer({kBroken, {302, "", {"Location: /SECRETTOKEN123"}, false}, kBroken, kOk});
  for (int i = 1; i <= 2; ++i) BOOST_TEST(enqueue(i));
  std::string all;
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"--verbose", "alerts", "retry"},
                                             {"--verbose", "alerts", "retry"},
                                             {"--verbose", "alerts", "list"},
                                             {"--verbose", "alerts", "list", "--format", "json"},
                                             {"--verbose", "history"},
                                             {"--verbose", "alerts", "test", "ops"},
                                             {"--verbose", "alerts", "retry"}}) {
    std::string output;
    run(words, &output);
    all += output;
  }
  // What goes to syslog goes to stderr as well with --verbose.
  BOOST_TEST(all.find("not delivered") != std::string::npos, all);
  for (const auto& file : std::filesystem::recursive_directory_iterator(dir.root)) {
    if (file.is_regular_file()) all += test::read_text(file.path().string());
  }
  BOOST_TEST(all.find("127.0.0.1:") != std::string::npos);
  BOOST_TEST(all.find("SECRET") == std::string::npos, all);
}

BOOST_AUTO_TEST_CASE(a_backlog_goes_out_as_one_digest_that_names_every_alert) {
  for (int i = 1; i <= 12; ++i) BOOST_TEST(enqueue(i));
  BOOST_TEST(deliver().delivered == 12);
  BOOST_TEST(server.requests().size() < 4U);
  const auto told = events_of(server);
  BOOST_TEST(told.size() == 12U);
  BOOST_TEST(std::is_sorted(told.begin(), told.end()));
  BOOST_TEST(outbox.waiting().empty());
}

BOOST_AUTO_TEST_CASE(a_digest_that_is_refused_goes_out_one_by_one) {
  server.answer({{200, R"({"code":1})"}, kOk});
  for (int i = 1; i <= 6; ++i) BOOST_TEST(enqueue(i));
  BOOST_TEST(deliver().delivered == 6);
  BOOST_TEST(server.requests().size() == 7U);
  BOOST_TEST(outbox.dead().empty());
}

BOOST_AUTO_TEST_CASE(a_digest_that_the_vendor_finds_too_long_goes_out_one_by_one) {
  config.webhook[0].format = "slack";
  server.answer({{400, "msg_too_long"}, kOk});
  for (int i = 1; i <= 6; ++i) BOOST_TEST(enqueue(i));
  BOOST_TEST(deliver().delivered == 6);
  const auto told = events_of(server);
  BOOST_TEST(std::set<std::string>(told.begin(), told.end()).size() == 6U);
  BOOST_TEST(server.requests().size() == 2U + 6U);
}

BOOST_AUTO_TEST_CASE(a_channel_that_fails_hands_over_to_its_fallback_once) {
  const RecordingServer second;
  add_channel("second", second.url());
  config.webhook[0].fallback = "second";
  config.webhook[0].fallback_after = 2;
  config.webhook[1].severity = Severity::critical;
  server.answer({kBroken});
  BOOST_TEST(enqueue(1));
  deliver();
  BOOST_TEST(second.requests().empty());
  deliver();
  deliver();
  deliver();
  BOOST_TEST(events_of(second).size() == 1U);
  server.answer({kOk});
  BOOST_TEST(deliver().delivered == 1);
}

BOOST_AUTO_TEST_CASE(a_channel_that_refuses_is_told_on_the_others_once_until_it_works) {
  const RecordingServer second;
  add_channel("second", second.url());
  config.webhook[1].events = {};
  server.answer({{200, R"({"code":19001})"}});
  BOOST_TEST(enqueue(1));
  BOOST_TEST(enqueue(2));
  deliver();
  deliver();
  BOOST_REQUIRE_EQUAL(second.requests().size(), 1U);
  const std::string text = nlohmann::json::parse(second.requests()[0].body).at("text");
  BOOST_TEST(text.find("channel ops: HTTP 200, but the reply says") != std::string::npos, text);
  server.answer({kOk, {200, R"({"code":19001})"}});
  BOOST_TEST(enqueue(3));
  deliver();
  BOOST_TEST(enqueue(4));
  deliver();
  deliver();
  BOOST_TEST(second.requests().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_vendor_s_limit_holds_the_whole_channel_and_the_next_process_knows) {
  server.answer({{429, "", {"Retry-After: 3600"}}});
  BOOST_TEST(enqueue(1));
  deliver(false);
  BOOST_TEST(server.requests().size() == 1U);
  server.answer({kOk});
  OutboxEntry other;
  other.channel = "ops";
  other.alert = alert(2);
  other.alert.instance = "VI_2";
  BOOST_TEST(outbox.add(other).has_value());
  BOOST_TEST(run({"alerts", "retry", "--due"}) == 0);
  BOOST_TEST(server.requests().size() == 1U);
  BOOST_TEST(run({"alerts", "retry"}) == 0);
  BOOST_TEST(outbox.waiting().empty());
}

BOOST_AUTO_TEST_CASE(what_can_wait_waits_for_the_morning_and_what_is_critical_does_not) {
  const int minute = minute_of_day(wall_ms());
  config.webhook[0].quiet_hours = {minute, (minute + 5) % 1440};
  BOOST_TEST(enqueue(1));
  Alert grave = alert(2);
  grave.outcome = Outcome::failed;
  BOOST_TEST(enqueue_alert(dir, config, grave).has_value());
  BOOST_TEST(deliver().delivered == 1);
  BOOST_TEST(events_of(server).size() == 1U);
  config.webhook[0].quiet_hours = {};
  BOOST_TEST(deliver().delivered == 1);
}

BOOST_AUTO_TEST_CASE(however_much_waits_for_the_morning_what_is_critical_goes_out) {
  const int minute = minute_of_day(wall_ms());
  config.webhook[0].quiet_hours = {minute, (minute + 5) % 1440};
  constexpr int kAsleep = 600;
  for (int i = 1; i <= kAsleep; ++i) BOOST_REQUIRE(enqueue(i));
  BOOST_TEST(!oldest_sendable(outbox, config.webhook[0], wall_ms()).has_value());
  Alert grave = alert(kAsleep + 1);
  grave.outcome = Outcome::failed;
  BOOST_TEST(enqueue_alert(dir, config, grave).has_value());
  BOOST_TEST(oldest_sendable(outbox, config.webhook[0], wall_ms()).has_value());
  BOOST_TEST(deliver().delivered == 1);
}

BOOST_AUTO_TEST_CASE(whoever_is_killed_while_it_sends_has_used_its_token_up) {
  server.answer({kHangs});
  BOOST_TEST(enqueue(1));
  test::Child sender = start({"alerts", "retry"});
  BOOST_REQUIRE(server.wait_for_requests(1));
  sender.kill();
  BOOST_TEST(read_channel_state(dir, "ops").tokens == kBurst - 1);
}

/// As a hook leaves its event that was killed before it could tell.
Event left_by_a_killed_hook(const AlertNode& node, const std::string& instance) {
  Event event = make_event(instance, false, State::fault, 100);
  event.hook.start_ticks = 1;
  event.hook.pid = 4'194'304;  // beyond the kernel's largest
  BOOST_REQUIRE(record_event(node.dir, event).has_value());
  return event;
}

BOOST_AUTO_TEST_CASE(what_a_killed_hook_left_goes_out_before_the_next_of_its_instance) {
  BOOST_TEST(run({"notify", "INSTANCE", "VI_1", "BACKUP", "100"}) == 0);
  for (const std::string instance : {"VI_1", "VI_2"}) {
    BOOST_TEST_CONTEXT(instance) {
      const std::size_t before = server.requests().size();
      const Event left = left_by_a_killed_hook(*this, instance);
      BOOST_TEST(run({"notify", "INSTANCE", instance, "MASTER", "100"}) == 0);
      BOOST_TEST(run({"alerts", "retry"}) == 0);
      const auto requests = server.requests();
      BOOST_REQUIRE_EQUAL(requests.size(), before + 2);
      BOOST_TEST(requests[before].body.find(left.id) != std::string::npos);
      BOOST_TEST(requests[before + 1].body.find("MASTER") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
