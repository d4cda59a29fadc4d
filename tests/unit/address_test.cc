#include <sys/resource.h>

#include <boost/test/unit_test.hpp>

#include "agent/role_state.h"

BOOST_AUTO_TEST_SUITE(address)

BOOST_AUTO_TEST_CASE(is_here_or_elsewhere) {
  BOOST_TEST(ha::address_is_here("127.0.0.1").value_or(false));
  BOOST_TEST(!ha::address_is_here("192.0.2.1").value_or(true));
  BOOST_TEST(!ha::address_is_here("no address").value_or(true));
}

BOOST_AUTO_TEST_CASE(is_not_elsewhere_because_the_kernel_does_not_say) {
  rlimit before{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  none.rlim_cur = 0;
  BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto answer = ha::address_is_here("127.0.0.1");
  ::setrlimit(RLIMIT_NOFILE, &before);
  BOOST_TEST(!answer.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
