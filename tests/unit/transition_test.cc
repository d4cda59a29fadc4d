#include "notify/transition.h"

#include <boost/test/unit_test.hpp>

namespace ha {
namespace {

BOOST_AUTO_TEST_SUITE(transition)

BOOST_AUTO_TEST_CASE(the_words_of_keepalived_are_taken_as_they_come) {
  const auto parsed = parse_transition({"INSTANCE", "VI_1", "MASTER", "100"});
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->instance == "VI_1");
  BOOST_TEST(!parsed->group);
  BOOST_TEST((parsed->state == State::master));
  BOOST_TEST(parsed->priority == 100);
}

BOOST_AUTO_TEST_CASE(a_group_is_marked_as_one) {
  const auto parsed = parse_transition({"GROUP", "G1", "FAULT", "0"});
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->group);
}

BOOST_AUTO_TEST_CASE(the_short_form_is_a_state_alone_in_either_case) {
  for (const char* word : {"MASTER", "master", "Backup", "fault", "STOP", "deleted"}) {
    BOOST_TEST(parse_transition({word}).has_value());
  }
}

BOOST_AUTO_TEST_CASE(an_instance_may_be_called_like_a_state) {
  const auto parsed = parse_transition({"INSTANCE", "MASTER", "BACKUP", "50"});
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->instance == "MASTER");
  BOOST_TEST((parsed->state == State::backup));
}

BOOST_AUTO_TEST_CASE(a_wrong_state_says_what_was_expected_and_what_came) {
  const auto parsed = parse_transition({"INSTANCE", "VI_1", "MASTERX", "100"});
  BOOST_REQUIRE(!parsed.has_value());
  BOOST_TEST(
      parsed.error().message ==
      "notify: expected [INSTANCE|GROUP NAME] MASTER|BACKUP|FAULT|STOP|DELETED [PRIORITY], got "
      "'INSTANCE VI_1 MASTERX 100': 'MASTERX' is not a state");
  BOOST_TEST((parsed.error().kind == ErrorKind::config));
}

BOOST_AUTO_TEST_CASE(missing_and_surplus_words_are_refused) {
  BOOST_TEST(!parse_transition({}).has_value());
  BOOST_TEST(!parse_transition({"INSTANCE"}).has_value());
  BOOST_TEST(!parse_transition({"INSTANCE", "VI_1"}).has_value());
  BOOST_TEST(!parse_transition({"INSTANCE", "", "MASTER"}).has_value());
  BOOST_TEST(!parse_transition({"MASTER", "100", "more"}).has_value());
  BOOST_TEST(!parse_transition({"MASTER", "1x"}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
