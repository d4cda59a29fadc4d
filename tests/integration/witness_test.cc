// Witnesses that answer, refuse, are swallowed by the network, or are no witnesses at all.
#include "agent/witness.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "agent/fd.h"
#include "agent/witness_ask.h"
#include "tests/support/agent.h"
#include "tests/support/certificates.h"
#include "tests/support/child.h"
#include "tests/support/config_text.h"
#include "tests/support/http_server.h"
#include "tests/support/own_network.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

// Long enough for whoever answers, on a busy machine as well.
constexpr Millis kPatient{20'000};
// For whoever never will.
constexpr Millis kShort{300};

/// Every entry of /proc/self/`what` ("fd", "task").
std::size_t entries(const std::string& what) {
  const std::filesystem::directory_iterator all("/proc/self/" + what);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// Says the same to everybody who connects, whatever they send.
class RawServer {
 public:
  explicit RawServer(std::string says)
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    BOOST_REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    BOOST_REQUIRE(::listen(listener_.get(), 8) == 0);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, says = std::move(says)] {
      for (;;) {
        const Fd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!fd) return;
        char request[1024];
        if (::recv(fd.get(), request, sizeof request, 0) < 0) continue;
        ::send(fd.get(), says.data(), says.size(), MSG_NOSIGNAL);
      }
    });
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);  // ends the accept
    thread_.join();
  }
  int port() const { return port_; }

 private:
  Fd listener_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(witness)

BOOST_AUTO_TEST_CASE(an_open_port_and_a_refusing_one_both_answer) {
  const HttpServer server;
  const WitnessReply open = ask_tcp("127.0.0.1", server.port(), Deadline::in(kPatient));
  BOOST_TEST(open.answered);
  BOOST_TEST(open.seen == "accepts connections");
  const WitnessReply refused = ask_tcp("127.0.0.1", free_port(), Deadline::in(kPatient));
  BOOST_TEST(refused.answered);
  BOOST_TEST(refused.seen == "refuses the connection, so it is there");
}

BOOST_AUTO_TEST_CASE(any_http_answer_counts_and_silence_does_not) {
  HttpServer server;
  for (const int status : {200, 404, 500}) {
    server.answer_with({status, "x", {}});
    const WitnessReply reply = ask_http(server.url(), "", Deadline::in(kPatient));
    BOOST_TEST(reply.answered);
    BOOST_TEST(reply.seen == fmt::format("status {}", status));
  }
  BOOST_TEST(server.requests().at(0).starts_with("GET /health HTTP/1.1\r\nHost: 127.0.0.1:"));
  HttpReply silence;
  silence.silent = true;
  server.answer_with(silence);
  const WitnessReply silent = ask_http(server.url(), "", Deadline::in(kShort));
  BOOST_TEST(!silent.answered);
  BOOST_TEST(silent.seen == "connected, no answer in time");
  const std::string nobody = fmt::format("http://127.0.0.1:{}/", free_port());
  BOOST_TEST(!ask_http(nobody, "", Deadline::in(kPatient)).answered);
}

BOOST_AUTO_TEST_CASE(what_does_not_speak_http_is_no_answer_to_an_http_witness) {
  for (const char* banner : {"220 mail.example ESMTP\r\n", "HTTP/1.1 \r\n\r\n", "HTTP/1.1", ""}) {
    const RawServer server(banner);
    const std::string url = fmt::format("http://127.0.0.1:{}/", server.port());
    const WitnessReply reply = ask_http(url, "", Deadline::in(kPatient));
    BOOST_TEST(!reply.answered, banner);
    BOOST_TEST(reply.seen == "answers, but not with HTTP");
  }
}

BOOST_AUTO_TEST_CASE(an_https_witness_must_prove_who_it_is) {
  const Certificates ours;
  const Certificates others;
  const int port = free_port();
  const Child server({"openssl", "s_server", "-www", "-accept", fmt::format("127.0.0.1:{}", port),
                      "-cert", ours.certificate(), "-key", ours.key()},
                     "/dev/null");
  const std::string url = fmt::format("https://localhost:{}/", port);
  const auto ask = [&](const Certificates& ca) {
    return ask_http(url, ca.ca(), Deadline::in(kPatient));
  };
  BOOST_TEST(wait_for([&] { return ask(ours).answered; }));
  BOOST_TEST(ask(ours).seen == "status 200");
  const WitnessReply wrong = ask(others);
  BOOST_TEST(!wrong.answered);
  BOOST_TEST(has(wrong.seen, "certificate"));
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_exist_is_no_answer) {
  for (const WitnessReply& reply : {ask_ping("no..name", Deadline::in(kPatient)),
                                    ask_tcp("no..name", 1, Deadline::in(kPatient)),
                                    ask_http("http://no..name/", "", Deadline::in(kPatient))}) {
    BOOST_TEST(!reply.answered);
    BOOST_TEST(has(reply.seen, "cannot resolve no..name"), reply.seen);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(witness_network)

BOOST_AUTO_TEST_CASE(a_ping_is_answered_over_both_protocols_with_and_without_privilege) {
  if (::geteuid() != 0) return;  // a network of the test's own takes root
  std::vector<WitnessReply> replies;
  in_own_network([&] {
    for (const char* groups : {"0 2147483647", "1 0"}) {
      allow_ping(groups);
      for (const char* host : {"127.0.0.1", "::1", "192.0.2.9", "2001:db8::9"}) {
        replies.push_back(ask_ping(host, Deadline::in(kPatient)));
      }
    }
  });
  BOOST_REQUIRE_EQUAL(replies.size(), 8U);
  for (const WitnessReply& reply : replies) {
    BOOST_TEST(reply.answered);
    BOOST_TEST(reply.seen == "answers the ping");
  }
}

BOOST_AUTO_TEST_CASE(what_the_network_swallows_is_no_answer_of_any_kind) {
  if (::geteuid() != 0) return;
  std::vector<WitnessReply> replies;
  in_own_network([&] {
    for (const char* groups : {"0 2147483647", "1 0"}) {
      allow_ping(groups);
      for (const char* host : {"192.0.2.1", "2001:db8::1"}) {
        replies.push_back(ask_ping(host, Deadline::in(kShort)));
        BOOST_TEST(replies.back().seen == "no answer to the ping in time");
      }
    }
    replies.push_back(ask_tcp("192.0.2.1", 443, Deadline::in(kShort)));
    replies.push_back(ask_http("http://192.0.2.1/", "", Deadline::in(kShort)));
    replies.push_back(ask_http("https://192.0.2.1/", "", Deadline::in(kShort)));
    // No route at all.
    replies.push_back(ask_ping("198.51.100.1", Deadline::in(kShort)));
    replies.push_back(ask_tcp("198.51.100.1", 443, Deadline::in(kShort)));
  });
  BOOST_REQUIRE_EQUAL(replies.size(), 9U);
  for (const WitnessReply& reply : replies) BOOST_TEST(!reply.answered, reply.seen);
  BOOST_TEST(replies[7].seen == "cannot ping: Network is unreachable");
}

BOOST_AUTO_TEST_CASE(a_lost_echo_is_sent_again) {
  if (::geteuid() != 0) return;
  for (const char* groups : {"0 2147483647", "1 0"}) {
    WitnessReply reply;
    in_own_network([&] {
      allow_ping(groups);
      std::thread asking([&] { reply = ask_ping("192.0.2.1", Deadline::in(kPatient)); });
      const bool lost = wait_for([] { return echoes_sent() > 0; });
      // From here on this host itself has the address.
      if (lost) network_command("ip addr add 192.0.2.1/32 dev lo");
      asking.join();
    });
    BOOST_TEST(reply.answered, reply.seen);
  }
}

BOOST_AUTO_TEST_CASE(a_way_that_comes_back_is_found) {
  if (::geteuid() != 0) return;
  WitnessReply reply;
  in_own_network([&] {
    std::thread asking([&] { reply = ask_ping("198.51.100.1", Deadline::in(kPatient)); });
    network_command("ip addr add 198.51.100.1/32 dev lo");
    asking.join();
  });
  BOOST_TEST(reply.answered, reply.seen);
}

BOOST_AUTO_TEST_CASE(a_round_ends_when_the_quorum_is_decided) {
  if (::geteuid() != 0) return;
  const auto config = [&](const std::string& quorum) {
    return config_of(
        fmt::format("[agent]\nquorum = {}\n[witness open]\ntype = tcp\nhost = 127.0.0.1\nport = 9\n"
                    "[witness lost]\ntype = tcp\nhost = 192.0.2.1\nport = 9\n"
                    "[witness none]\ntype = tcp\nhost = 198.51.100.1\nport = 9\n",
                    quorum));
  };
  WitnessView any;
  WitnessView all;
  bool early = false;
  std::vector<WitnessAnswer> answers;
  in_own_network([&] {
    // One has answered, or one is lost for certain: the others are not waited for.
    const Deadline late = Deadline::in(Millis{5'000});
    any = WitnessQuestion(config("any"), late).view();
    all = WitnessQuestion(config("all"), late).view();
    early = !late.expired();
    answers = WitnessQuestion(config("majority"), Deadline::in(kShort)).answers();
  });
  BOOST_TEST(early);
  BOOST_TEST(any.quorum);
  BOOST_TEST(!all.quorum);
  BOOST_TEST(has(all.why, "none: cannot connect: Network is unreachable"), all.why);
  BOOST_REQUIRE_EQUAL(answers.size(), 3U);
  BOOST_TEST(answers[0].name == "open");
  BOOST_TEST(answers[0].answered);
  BOOST_TEST(!answers[1].answered);
  BOOST_TEST(!answers[2].answered);
  BOOST_TEST(!quorum_of(answers, Quorum::majority).quorum);
}

BOOST_AUTO_TEST_CASE(no_thread_and_no_descriptor_is_left_of_200_rounds_without_an_answer) {
  if (::geteuid() != 0) return;
  const Config config = config_of(
      "[witness ping]\ntype = ping\nhost = 192.0.2.1\n"
      "[witness six]\ntype = ping\nhost = 2001:db8::1\n"
      "[witness tcp]\ntype = tcp\nhost = 192.0.2.1\nport = 9\n"
      "[witness http]\ntype = http\nurl = http://192.0.2.1/\n"
      "[witness https]\ntype = http\nurl = https://192.0.2.1/\n");
  int answered = 0;
  bool threads_gone = false;
  bool fds_gone = false;
  in_own_network([&] {
    const std::size_t threads = entries("task");
    // What the first round loads stays.
    WitnessQuestion(config, Deadline::in(kShort)).answers();
    if (!wait_for([&] { return entries("task") <= threads; })) return;
    const std::size_t fds = entries("fd");
    for (int round = 0; round < 200; ++round) {
      const WitnessQuestion question(config, Deadline::in(Millis{10}));
      if (question.view().quorum) ++answered;
    }
    threads_gone = wait_for([&] { return entries("task") <= threads; });
    fds_gone = entries("fd") <= fds;
  });
  BOOST_TEST(answered == 0);
  BOOST_TEST(threads_gone);
  BOOST_TEST(fds_gone);
}

BOOST_AUTO_TEST_CASE(who_may_not_ping_hears_it_as_a_mistake_of_the_configuration) {
  if (::geteuid() != 0) return;
  const TempDir dir;
  const std::string path = dir.path() + "/ha-agent.conf";
  std::ofstream(path) << "[agent]\nstate_dir = " << dir.path() << "/state\n"
                      << "[unit u]\nunit = u.service\n"
                      << "[witness gateway]\ntype = ping\nhost = 127.0.0.1\n";
  const auto with = [&](const std::string& groups, const std::vector<std::string>& words,
                        std::string& output) {
    std::vector<std::string> argv{
        "setpriv", "--bounding-set", "-net_raw", Agent("").argv({}).at(0), "--config", path};
    argv.insert(argv.end(), words.begin(), words.end());
    int code = -1;
    in_own_network([&] {
      allow_ping(groups);
      code = run(argv, &output);
    });
    return code;
  };
  std::string output;
  BOOST_TEST(with("1 0", {"config", "check"}, output) == 78);
  BOOST_TEST(has(output, path + ":6: [witness gateway] type: expected something else than ping, "
                                "because this user may not send ICMP echoes"),
             output);
  BOOST_TEST(has(output, "net.ipv4.ping_group_range = 0 2147483647"), output);
  BOOST_TEST(with("1 0", {"check"}, output) == 78);
  BOOST_TEST(with("0 0", {"config", "check"}, output) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
