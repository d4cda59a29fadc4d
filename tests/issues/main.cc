#define BOOST_TEST_MODULE issues
#include <boost/test/included/unit_test.hpp>
