// How many witnesses are enough.
#include "agent/witness.h"

#include <boost/test/unit_test.hpp>

#include "agent/ping_socket.h"

using namespace ha;

namespace {

/// The first `yes` of `count` witnesses have answered.
std::vector<WitnessAnswer> round_of(int count, int yes) {
  std::vector<WitnessAnswer> answers;
  for (int i = 0; i < count; ++i) {
    answers.push_back({"w" + std::to_string(i), i < yes, i < yes ? "fine" : "silent", {}});
  }
  return answers;
}

bool enough(int count, int yes, Quorum quorum) {
  const WitnessView view = quorum_of(round_of(count, yes), quorum);
  BOOST_TEST(view.configured);
  return view.quorum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(witness)

BOOST_AUTO_TEST_CASE(a_majority_is_more_than_half) {
  for (const auto& [count, needed] : {std::pair{1, 1}, {2, 2}, {3, 2}, {4, 3}, {5, 3}}) {
    BOOST_TEST_CONTEXT(count) {
      BOOST_TEST(!enough(count, needed - 1, Quorum::majority));
      BOOST_TEST(enough(count, needed, Quorum::majority));
    }
  }
}

BOOST_AUTO_TEST_CASE(any_is_one_and_all_is_all) {
  for (const int count : {1, 2, 3}) {
    BOOST_TEST(!enough(count, 0, Quorum::any));
    BOOST_TEST(enough(count, 1, Quorum::any));
    BOOST_TEST(!enough(count, count - 1, Quorum::all));
    BOOST_TEST(enough(count, count, Quorum::all));
  }
}

BOOST_AUTO_TEST_CASE(without_witnesses_nothing_is_lost) {
  for (const Quorum quorum : {Quorum::majority, Quorum::any, Quorum::all}) {
    const WitnessView view = quorum_of({}, quorum);
    BOOST_TEST(!view.configured);
    BOOST_TEST(view.quorum);
    BOOST_TEST(view.why.empty());
  }
}

BOOST_AUTO_TEST_CASE(who_is_missing_is_named_only_when_it_matters) {
  BOOST_TEST(quorum_of(round_of(3, 1), Quorum::majority).why ==
             "1 of 3 witnesses answers, 2 needed (w1: silent; w2: silent)");
  BOOST_TEST(quorum_of(round_of(3, 2), Quorum::majority).why ==
             "2 of 3 witnesses answer, 2 needed");
  BOOST_TEST(quorum_of(round_of(1, 0), Quorum::all).why ==
             "0 of 1 witness answer, 1 needed (w0: silent)");
}

BOOST_AUTO_TEST_CASE(a_ping_group_lies_within_the_range_of_both_ends) {
  BOOST_TEST(ping_group_permitted("0\t2147483647\n", 0));
  BOOST_TEST(ping_group_permitted("100\t200\n", 100));
  BOOST_TEST(ping_group_permitted("100\t200\n", 200));
  BOOST_TEST(!ping_group_permitted("100\t200\n", 99));
  BOOST_TEST(!ping_group_permitted("100\t200\n", 201));
  // The kernel's default: nobody.
  for (const unsigned group : {0U, 1U}) BOOST_TEST(!ping_group_permitted("1\t0\n", group));
  BOOST_TEST(!ping_group_permitted("", 0));
}

BOOST_AUTO_TEST_SUITE_END()
