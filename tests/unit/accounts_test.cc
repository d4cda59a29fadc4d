#include "agent/accounts.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(accounts)

BOOST_AUTO_TEST_CASE(names_and_numbers) {
  BOOST_TEST(ha::user_name(0) == "root");
  BOOST_TEST(ha::group_name(0) == "root");
  BOOST_TEST(ha::group_of_user("root").value_or(1) == 0U);
  BOOST_TEST(ha::find_group("root").value_or(1) == 0U);
}

BOOST_AUTO_TEST_CASE(what_there_is_not) {
  constexpr unsigned kNobodys = 4'000'000'001U;
  BOOST_TEST(ha::user_name(kNobodys) == "4000000001");
  BOOST_TEST(ha::group_name(kNobodys) == "4000000001");
  BOOST_TEST(!ha::group_of_user("no-such-user").has_value());
  BOOST_TEST(!ha::find_group("no-such-group").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
