// How often watch tries what does not succeed, and what it tells of that.
#include "notify/occasion_retries.h"

#include <boost/test/unit_test.hpp>

using namespace ha;

namespace {

using Kind = Occasion::Kind;

struct Tried {
  OccasionRetries retries;
  OccasionRetries::Time now;
  bool quiet = false;

  /// Seen every 100 ms until it is due; how long that took.
  Millis again(Kind kind, const std::string& why = "why") {
    Millis waited{0};
    for (;; waited += Millis{100}, now += Millis{100}) {
      Occasion occasion{kind, why};
      if (!retries.due(occasion, now)) continue;
      quiet = occasion.quiet;
      retries.done(occasion, now);
      return waited;
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(occasion_retries)

BOOST_AUTO_TEST_CASE(the_same_is_tried_ever_more_seldom_and_told_once) {
  Tried follow;
  BOOST_TEST(follow.again(Kind::follow).count() == 0);
  BOOST_TEST(!follow.quiet);
  for (const int seconds : {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
    BOOST_TEST(follow.again(Kind::follow).count() == seconds * 1000);
    BOOST_TEST(follow.quiet);
  }
  // Of another kind.
  BOOST_TEST(follow.again(Kind::promote_again).count() == 0);
  BOOST_TEST(!follow.quiet);
}

BOOST_AUTO_TEST_CASE(another_reason_is_told) {
  Tried follow;
  follow.again(Kind::follow);
  follow.again(Kind::follow);
  follow.again(Kind::follow, "another");
  BOOST_TEST(!follow.quiet);
}

BOOST_AUTO_TEST_CASE(what_takes_writes_where_it_must_not_is_never_waited_for_and_told_once) {
  for (const Kind kind : {Kind::demote, Kind::fence}) {
    Tried tried;
    tried.again(kind);
    BOOST_TEST(!tried.quiet);
    for (int i = 0; i < 10; ++i) {
      BOOST_TEST(tried.again(kind).count() == 0);
      BOOST_TEST(tried.quiet);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_kill_waits_two_seconds_at_most) {
  Tried kill;
  kill.again(Kind::kill);
  for (const int seconds : {1, 2, 2, 2}) {
    BOOST_TEST(kill.again(Kind::kill).count() == seconds * 1000);
  }
}

BOOST_AUTO_TEST_CASE(what_comes_again_after_a_minute_of_peace_is_new) {
  Tried tried;
  for (int i = 0; i < 8; ++i) tried.again(Kind::promote_again);
  tried.now += kForgotten + Millis{1};
  BOOST_TEST(tried.again(Kind::promote_again).count() == 0);
  BOOST_TEST(!tried.quiet);
  BOOST_TEST(tried.again(Kind::promote_again).count() == 1000);
  tried.retries.clear();
  BOOST_TEST(tried.again(Kind::promote_again).count() == 0);
  BOOST_TEST(!tried.quiet);
}

BOOST_AUTO_TEST_SUITE_END()
