#include "agent/process.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "agent/subprocess.h"

using namespace ha;

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(systemds_form_of_a_boots_id_becomes_the_kernels) {
  BOOST_TEST(uuid_of("0123456789abcdef0123456789abcdef") == "01234567-89ab-cdef-0123-456789abcdef");
  BOOST_TEST(uuid_of("") == "");
  BOOST_TEST(uuid_of("0123456789abcdef0123456789abcde") == "");
  BOOST_TEST(uuid_of("0123456789abcdef0123456789abcdeg") == "");
  BOOST_TEST(uuid_of("01234567-89ab-cdef-0123-456789abcdef") == "");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_started_gets_nothing_of_the_environment_but_the_boots_id) {
  const auto environment = [] {
    const auto ran = run_program({"/usr/bin/env"}, Deadline::in(Millis{5000}));
    return ran ? ran->out : ran.error().message;
  };
  ::setenv("HA_AGENT_SECRET", "not for others", 1);
  const std::string without = environment();
  ::setenv(kBootIdVariable, "0123456789abcdef0123456789abcdef", 1);
  const std::string with = environment();
  ::unsetenv(kBootIdVariable);
  ::unsetenv("HA_AGENT_SECRET");
  BOOST_TEST(without == "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\n");
  BOOST_TEST(with == without + "HA_AGENT_BOOT_ID=0123456789abcdef0123456789abcdef\n");
}

BOOST_AUTO_TEST_SUITE_END()
