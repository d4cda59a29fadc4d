// A transition that went wrong is a condition: it lasts until the same node's next one goes well,
// and whoever was told of the one is told of the other.
#include <boost/test/unit_test.hpp>

#include "agent/clock.h"
#include "notify/message.h"
#include "notify/quiet_hours.h"
#include "tests/support/alert_node.h"

namespace ha {
namespace {

using test::AlertNode;

struct Told : AlertNode {
  Told() { add_channel("pager", "http://127.0.0.1:1/").severity = Severity::critical; }

  void tell(int number, Outcome outcome, State to = State::master) const {
    Alert one = alert(number, to);
    one.outcome = outcome;
    BOOST_REQUIRE(enqueue_alert(dir, config, one).has_value());
  }
  std::vector<Message> messages() const {
    std::vector<Message> all;
    for (const OutboxEntry& entry : outbox.waiting()) {
      all.push_back(message_of(entry.alert, Lang::en, entry.alert.at_ms));
    }
    return all;
  }
};

BOOST_FIXTURE_TEST_SUITE(told_trouble, Told)

BOOST_AUTO_TEST_CASE(whoever_is_told_of_critical_things_only_is_told_of_their_end) {
  tell(1, Outcome::failed);
  tell(2, Outcome::done, State::backup);
  tell(3, Outcome::done, State::master);
  const auto all = messages();
  BOOST_REQUIRE_EQUAL(all.size(), 2U);
  BOOST_TEST(all[0].firing);
  BOOST_TEST(all[1].resolved);
  BOOST_TEST(all[0].dedup_key == all[1].dedup_key);
  BOOST_TEST(all[1].event_id == event_id(2));
}

BOOST_AUTO_TEST_CASE(what_went_well_and_ends_nothing_has_a_key_of_its_own) {
  config.webhook.front().severity = Severity::info;
  tell(1, Outcome::done);
  tell(2, Outcome::failed);
  const auto all = messages();
  BOOST_REQUIRE_EQUAL(all.size(), 2U);
  BOOST_TEST(!all[0].resolved);
  BOOST_TEST(all[0].well);
  BOOST_TEST(all[0].dedup_key != all[1].dedup_key);
}

BOOST_AUTO_TEST_CASE(an_end_waits_for_no_morning) {
  config.webhook.front().severity = Severity::info;
  const int minute = minute_of_day(wall_ms());
  config.webhook.front().quiet_hours = {minute, (minute + 120) % 1440};
  tell(1, Outcome::refused);
  tell(2, Outcome::done);
  tell(3, Outcome::done);
  std::vector<bool> waits;
  for (const OutboxEntry& entry : outbox.waiting()) {
    waits.push_back(waits_for_morning(config.webhook.front(), entry.alert, wall_ms()));
  }
  const std::vector<bool> expected{false, false, true};
  BOOST_TEST(waits == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(whoever_was_not_told_of_the_trouble_is_not_told_of_its_end) {
  config.webhook.front().events = {"fault"};
  tell(1, Outcome::failed, State::master);
  tell(2, Outcome::done, State::backup);
  BOOST_TEST(messages().empty());
  tell(3, Outcome::failed, State::fault);
  tell(4, Outcome::failed, State::master);
  tell(5, Outcome::done, State::backup);
  BOOST_TEST(messages().size() == 2U);
}

// Its hook was killed before it could tell.
BOOST_AUTO_TEST_CASE(an_older_transition_that_is_told_late_ends_nothing) {
  tell(2, Outcome::failed);
  tell(1, Outcome::done, State::backup);
  BOOST_TEST(messages().size() == 1U);
  tell(3, Outcome::done, State::backup);
  BOOST_TEST(messages().size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_ended_without_an_outcome_ends_nothing) {
  tell(1, Outcome::failed);
  tell(2, Outcome::overtaken);
  tell(3, Outcome::superseded);
  BOOST_TEST(messages().size() == 1U);
  tell(4, Outcome::done);
  BOOST_TEST(messages().size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
