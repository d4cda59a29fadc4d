// A cluster of three etcd members did not start: the kernel had given two of them the same free
// port, because nobody held the first one while the second one was asked for.
#include <boost/test/unit_test.hpp>
#include <set>

#include "tests/support/child.h"

BOOST_AUTO_TEST_CASE(two_servers_got_one_port) {
  constexpr std::size_t kMany = 2000;
  std::set<int> ports;
  for (std::size_t count = 0; count < kMany; ++count) ports.insert(ha::test::free_port());
  BOOST_TEST(ports.size() == kMany);
}
