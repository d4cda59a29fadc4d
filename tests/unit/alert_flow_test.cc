// What is told to whom and when: severity, events, quiet hours, rates, digests, an outbox too full.
#include <boost/test/unit_test.hpp>

#include "agent/role_state.h"
#include "notify/alert_text.h"
#include "notify/channel.h"
#include "notify/digest.h"
#include "notify/quiet_hours.h"
#include "notify/room.h"
#include "notify/token_bucket.h"
#include "tests/support/alert_node.h"

namespace ha {
namespace {

using test::AlertNode;

Alert with(Subject subject, Outcome outcome = Outcome::done, State to = State::backup) {
  Alert alert;
  alert.subject = subject;
  alert.outcome = outcome;
  alert.to = to;
  return alert;
}

BOOST_AUTO_TEST_SUITE(alert_flow)

BOOST_AUTO_TEST_CASE(how_grave_each_is) {
  const auto of = [](State to, Outcome outcome) {
    return severity_of(with(Subject::transition, outcome, to));
  };
  BOOST_TEST((of(State::backup, Outcome::done) == Severity::info));
  BOOST_TEST((of(State::stop, Outcome::done) == Severity::info));
  BOOST_TEST((of(State::master, Outcome::done) == Severity::warning));
  BOOST_TEST((of(State::fault, Outcome::done) == Severity::warning));
  for (const Outcome bad : {Outcome::refused, Outcome::failed, Outcome::interrupted}) {
    BOOST_TEST((of(State::backup, bad) == Severity::critical));
  }
  BOOST_TEST((of(State::master, Outcome::superseded) == Severity::info));
  Alert noted = with(Subject::transition);
  noted.problems = {"mysql main: does not follow"};
  BOOST_TEST((severity_of(noted) == Severity::warning));
  BOOST_TEST((severity_of(with(Subject::lock_lost)) == Severity::critical));
  BOOST_TEST((severity_of(with(Subject::switchover_ended)) == Severity::info));
  BOOST_TEST((severity_of(with(Subject::switchover_ended, Outcome::failed)) == Severity::critical));
}

BOOST_AUTO_TEST_CASE(a_channel_says_what_it_wants) {
  ChannelConfig channel;
  channel.events = {"master"};
  BOOST_TEST(channel_wants(channel, with(Subject::transition, Outcome::done, State::master)));
  BOOST_TEST(!channel_wants(channel, with(Subject::transition, Outcome::done, State::fault)));
  BOOST_TEST(!channel_wants(channel, with(Subject::maintenance_begun)));
  BOOST_TEST(channel_wants(channel, with(Subject::lock_lost)));
  BOOST_TEST(channel_wants(channel, with(Subject::channel_dead)));
  channel.severity = Severity::critical;
  BOOST_TEST(!channel_wants(channel, with(Subject::transition, Outcome::done, State::master)));
  BOOST_TEST(channel_wants(channel, with(Subject::transition, Outcome::refused, State::master)));
}

BOOST_AUTO_TEST_CASE(quiet_hours_go_over_midnight_and_never_hold_what_is_critical) {
  const QuietHours night{22 * 60, 7 * 60};
  BOOST_TEST(is_quiet(night, 22 * 60));
  BOOST_TEST(is_quiet(night, 0));
  BOOST_TEST(is_quiet(night, 7 * 60 - 1));
  BOOST_TEST(!is_quiet(night, 7 * 60));
  BOOST_TEST(!is_quiet(night, 22 * 60 - 1));
  const QuietHours noon{12 * 60, 13 * 60};
  BOOST_TEST(is_quiet(noon, 12 * 60 + 30));
  BOOST_TEST(!is_quiet(noon, 13 * 60));
  BOOST_TEST(!is_quiet({}, 0));
  ChannelConfig channel;
  const std::int64_t now = wall_ms();
  const int minute = minute_of_day(now);
  channel.quiet_hours = {minute, (minute + 2) % 1440};
  BOOST_TEST(waits_for_morning(channel, with(Subject::transition), now));
  BOOST_TEST(!waits_for_morning(channel, with(Subject::transition, Outcome::failed), now));
}

BOOST_AUTO_TEST_CASE(a_bucket_gives_three_at_once_and_then_its_rate) {
  ChannelState state;
  fill(state, 60, 1'000'000);
  for (int i = 0; i < 3; ++i) BOOST_TEST(take_token(state));
  BOOST_TEST(!take_token(state));
  BOOST_TEST(until_token(state, 60).count() == 1001);
  fill(state, 60, 1'000'999);
  BOOST_TEST(!take_token(state));
  fill(state, 60, 1'001'000);
  BOOST_TEST(take_token(state));
  // A clock that was set back an hour neither gives nor takes.
  fill(state, 60, 500'000);
  BOOST_TEST(!take_token(state));
  fill(state, 60, 501'000);
  BOOST_TEST(take_token(state));
  fill(state, 60, 100'000'000);
  for (int i = 0; i < 3; ++i) BOOST_TEST(take_token(state));
  BOOST_TEST(!take_token(state));
}

// Below the vendors' limits in any minute: 20 for the Chinese robots and Telegram's groups.
BOOST_AUTO_TEST_CASE(no_minute_has_more_than_the_rate_and_three) {
  ChannelState state;
  int sent = 0;
  for (std::int64_t now = 1'000'000; now < 1'060'000; now += 10) {
    fill(state, 16, now);
    sent += take_token(state) ? 1 : 0;
  }
  BOOST_TEST(sent == 18);
}

BOOST_AUTO_TEST_CASE(a_channel_keeps_its_state_and_a_broken_file_is_a_new_one) {
  const AlertNode node;
  ChannelState state{1.5, 42, 43, true};
  OutboxEntry one;
  one.channel = "ops";
  one.alert = AlertNode::alert(1);
  BOOST_TEST(node.outbox.add(one).has_value());
  BOOST_TEST(write_channel_state(node.dir, "ops", state).has_value());
  const ChannelState back = read_channel_state(node.dir, "ops");
  BOOST_TEST(back.tokens == 1.5);
  BOOST_TEST(back.filled_ms == 42);
  BOOST_TEST(back.not_before_ms == 43);
  BOOST_TEST(back.told_dead);
  BOOST_TEST(node.outbox.waiting().size() == 1U);
  std::ofstream(node.dir.outbox() + "/.state.ops") << "{";
  BOOST_TEST(read_channel_state(node.dir, "ops").filled_ms == 0);
}

std::vector<OutboxEntry> entries(int count, State to = State::backup) {
  std::vector<OutboxEntry> all;
  for (int i = 0; i < count; ++i) {
    OutboxEntry entry;
    entry.channel = "ops";
    entry.alert = AlertNode::alert(i, to);
    all.push_back(entry);
  }
  return all;
}

BOOST_AUTO_TEST_CASE(a_digest_names_every_alert_and_is_as_grave_as_the_gravest) {
  auto some = entries(6);
  some[2].alert.outcome = Outcome::failed;
  const Alert digest = digest_of(some, "db1", Lang::en);
  BOOST_TEST((severity_of(digest) == Severity::critical));
  BOOST_TEST(digest.problems.size() == 6U);
  BOOST_TEST(digest.covers.size() == 6U);
  const std::string text = plain_text(message_of(digest, Lang::zh_cn, wall_ms()));
  for (int i = 0; i < 6; ++i) BOOST_TEST(text.find(AlertNode::event_id(i)) != std::string::npos);
  BOOST_TEST(text.find("BACKUP") < 100U);
  const std::size_t few = fits_in_digest(some, Lang::en, 800);
  BOOST_TEST(few > 0U);
  BOOST_TEST(few < 6U);
  BOOST_TEST(fits_in_digest(some, Lang::en, 0) == 0U);
}

BOOST_AUTO_TEST_CASE(too_much_becomes_digests_the_least_grave_first_and_never_what_is_critical) {
  AlertNode node;
  node.add_channel("ops", "https://h/x");
  node.config.webhook[0].format = "text";
  for (const OutboxEntry& entry : entries(20)) BOOST_TEST(node.outbox.add(entry).has_value());
  auto grave = entries(30, State::master);
  for (std::size_t i = 20; i < 30; ++i) {
    if (i < 25) grave[i].alert.outcome = Outcome::failed;
    BOOST_TEST(node.outbox.add(grave[i]).has_value());
  }
  const Channel channel = find_channel(node.config, "ops").value();
  make_room(node.dir, node.config, channel, 30);
  BOOST_TEST(node.outbox.waiting().size() == 30U);
  make_room(node.dir, node.config, channel, 29);
  std::size_t digests = 0;
  std::size_t covered = 0;
  std::size_t critical = 0;
  for (const OutboxEntry& entry : node.outbox.waiting()) {
    digests += entry.alert.subject == Subject::digest ? 1 : 0;
    covered += entry.alert.covers.size();
    critical += severity_of(entry.alert) == Severity::critical ? 1 : 0;
  }
  BOOST_TEST(digests >= 1U);
  BOOST_TEST(covered == 20U);
  BOOST_TEST(critical == 5U);
  BOOST_TEST(node.outbox.dead().empty());
  BOOST_TEST(node.outbox.waiting().size() == 10U + digests);
}

BOOST_AUTO_TEST_CASE(a_channel_without_digests_gives_the_oldest_up_and_keeps_them) {
  AlertNode node;
  node.add_channel("ops", "https://h/x").format = "pagerduty";
  for (const OutboxEntry& entry : entries(5)) BOOST_TEST(node.outbox.add(entry).has_value());
  make_room(node.dir, node.config, find_channel(node.config, "ops").value(), 4);
  BOOST_TEST(node.outbox.waiting().empty());
  BOOST_TEST(node.outbox.dead().size() == 5U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
