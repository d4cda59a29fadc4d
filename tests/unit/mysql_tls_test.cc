// What the client libraries say of TLS, read from their words.
#include "agent/mysql_tls.h"

#include <boost/test/unit_test.hpp>

namespace ha {
namespace {

BOOST_AUTO_TEST_SUITE(mysql_tls)

BOOST_AUTO_TEST_CASE(what_a_server_says_before_tls_has_its_own_number) {
  const auto said = said_before_tls(
      "Received error packet before completion of TLS handshake. The authenticity of the following "
      "error cannot be verified: 1040 - Too many connections");
  BOOST_REQUIRE(said.has_value());
  BOOST_TEST(said->code == 1040);
  BOOST_TEST(said->text == "Too many connections");
}
BOOST_AUTO_TEST_CASE(other_words_are_no_answer_of_the_server) {
  for (const char* words : {"", "Can't connect to server on '192.0.2.11' (115)",
                            "the following error cannot be verified: 1040 - Too many connections",
                            "before completion of TLS handshake. cannot be verified: ",
                            "before completion of TLS handshake. cannot be verified: x - y",
                            "before completion of TLS handshake. cannot be verified: 1040"}) {
    BOOST_TEST(!said_before_tls(words).has_value(), words);
  }
}
BOOST_AUTO_TEST_CASE(who_lets_nobody_in_without_tls_is_told_by_two_numbers) {
  BOOST_TEST(server_may_want_tls(3159));  // require_secure_transport
  BOOST_TEST(server_may_want_tls(1045));  // an account's REQUIRE SSL
  for (const int other : {0, 1040, 1130, 2002, 2026}) BOOST_TEST(!server_may_want_tls(other));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
