// The reader of HTTP answers at its boundaries: every text is fed whole and byte by byte.
#include "checks/http_reply.h"

#include <boost/test/unit_test.hpp>

using ha::HttpReplyReader;
using State = HttpReplyReader::State;

namespace {

struct Read {
  State state = State::more;
  int status = 0;
  std::string body;
  bool cut = false;
  std::string trouble;
};

Read result_of(const HttpReplyReader& reader, State state) {
  return {state, reader.status(), reader.body(), reader.cut(), reader.trouble()};
}

/// `closed`: the server closes the connection afterwards.
Read read(const std::string& text, bool closed = false, bool head = false,
          std::size_t limit = 100) {
  HttpReplyReader whole(head, limit);
  State state = whole.feed(text);
  if (state == State::more && closed) state = whole.close();

  HttpReplyReader bytewise(head, limit);
  State last = State::more;
  for (const char c : text) {
    if (last == State::more) last = bytewise.feed(std::string_view(&c, 1));
  }
  if (last == State::more && closed) last = bytewise.close();

  const Read one = result_of(whole, state);
  const Read other = result_of(bytewise, last);
  BOOST_TEST((one.state == other.state));
  BOOST_TEST(one.status == other.status);
  BOOST_TEST(one.body == other.body);
  BOOST_TEST(one.trouble == other.trouble);
  return one;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_reply)

BOOST_AUTO_TEST_CASE(a_counted_body_ends_at_its_last_byte_and_not_before) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
  BOOST_TEST((read(head + "abc").state == State::more));
  const Read complete = read(head + "abcd");
  BOOST_TEST((complete.state == State::done));
  BOOST_TEST(complete.body == "abcd");
  BOOST_TEST(complete.status == 200);
  BOOST_TEST(read(head + "abcdX").body == "abcd");
}

BOOST_AUTO_TEST_CASE(a_counted_body_that_ends_early_is_broken) {
  const Read early = read("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc", true);
  BOOST_TEST((early.state == State::broken));
  BOOST_TEST(early.trouble == "the connection was closed in the midst of the answer");
}

BOOST_AUTO_TEST_CASE(a_body_without_a_length_ends_with_the_connection) {
  const std::string text = "HTTP/1.0 503 Down\r\n\r\nsorry";
  BOOST_TEST((read(text).state == State::more));
  const Read closed = read(text, true);
  BOOST_TEST((closed.state == State::done));
  BOOST_TEST(closed.status == 503);
  BOOST_TEST(closed.body == "sorry");
}

BOOST_AUTO_TEST_CASE(chunks_are_put_together) {
  const Read chunked = read(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n");
  BOOST_TEST((chunked.state == State::done));
  BOOST_TEST(chunked.body == "abc0123456789");
}

BOOST_AUTO_TEST_CASE(chunks_that_are_broken_are_said_to_be) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* body : {"zz\r\n", "3\r\nabcd\r\n", "\r\n", "FFFFFFFFFFFFFFFFF\r\n"}) {
    BOOST_TEST(read(head + body).trouble == "the answer's chunks are broken");
  }
  BOOST_TEST((read(head + "3\r\nab", true).state == State::broken));
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_body_is_done_after_its_head) {
  BOOST_TEST(
      (read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", false, true).state == State::done));
  BOOST_TEST((read("HTTP/1.1 204 No Content\r\n\r\n").state == State::done));
  BOOST_TEST((read("HTTP/1.1 304 Not Modified\r\n\r\n").state == State::done));
  BOOST_TEST((read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").state == State::done));
}

BOOST_AUTO_TEST_CASE(interim_answers_are_passed_over) {
  const Read final_one =
      read("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200\r\nContent-Length: 0\r\n\r\n");
  BOOST_TEST((final_one.state == State::done));
  BOOST_TEST(final_one.status == 200);
}

BOOST_AUTO_TEST_CASE(line_ends_without_a_carriage_return_are_taken) {
  BOOST_TEST(read("HTTP/1.1 200 OK\nContent-Length: 2\n\nok").body == "ok");
}

BOOST_AUTO_TEST_CASE(the_body_is_kept_to_the_limit_and_a_byte_more_cuts_it) {
  const std::string head = "HTTP/1.1 200 OK\r\n\r\n";
  BOOST_TEST(!read(head + std::string(100, 'x'), true).cut);
  const Read longer = read(head + std::string(101, 'x'));
  BOOST_TEST(longer.cut);
  BOOST_TEST((longer.state == State::done));
  BOOST_TEST(longer.body.size() == 100U);
}

BOOST_AUTO_TEST_CASE(what_is_not_http_is_told_at_once) {
  BOOST_TEST(read("SSH-2.0-OpenSSH_9.2\r\n").trouble == "the answer is not HTTP/1");
  BOOST_TEST(read("HTTP/2 200\r\n\r\n").trouble == "the answer is not HTTP/1");
  for (const char* line : {"HTTP/1.1\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2000\r\n\r\n",
                           "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n"}) {
    BOOST_TEST(read(line).trouble == "the answer has no status");
  }
  BOOST_TEST(read("", true).trouble == "the connection was closed without an answer");
  BOOST_TEST(read("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n").trouble ==
             "the answer's Content-Length is no number");
  BOOST_TEST(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n").trouble ==
             "the answer has an unknown Transfer-Encoding");
}

BOOST_AUTO_TEST_CASE(a_head_without_an_end_is_given_up) {
  HttpReplyReader reader(false, 100);
  State state = reader.feed("HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 70 && state == State::more; ++i) {
    state = reader.feed("X: " + std::string(1021, 'x') + "\r\n");
  }
  BOOST_TEST(reader.trouble() == "the head of the answer is over 64 KiB");
}

BOOST_AUTO_TEST_SUITE_END()
