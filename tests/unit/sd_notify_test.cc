// What systemd hears from us, on a socket such as systemd's.
#include "agent/sd_notify.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstring>
#include <string>

#include "agent/fd.h"
#include "tests/support/temp_dir.h"

using namespace ha;

namespace {

/// Sets a variable of the environment, and takes it away at the end.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

/// systemd's end; `name` begins with '/' or '@'.
class Manager {
 public:
  explicit Manager(std::string name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    BOOST_REQUIRE(name.size() < sizeof address.sun_path);
    if (name[0] == '@') name[0] = '\0';
    std::memcpy(address.sun_path, name.data(), name.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    BOOST_REQUIRE_EQUAL(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), length),
                        0);
  }
  /// "" when nothing has come.
  std::string next() const {
    char text[4096];
    const ssize_t got = ::recv(socket_.get(), text, sizeof text, MSG_DONTWAIT);
    return got < 0 ? "" : std::string(text, static_cast<std::size_t>(got));
  }

 private:
  Fd socket_;
};

std::string abstract_name() {
  return "@ha-agent-test/" + std::to_string(::getpid());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sd_notify_test)

BOOST_AUTO_TEST_CASE(a_state_reaches_a_socket_that_is_a_path_and_one_with_an_abstract_name) {
  const test::TempDir dir;
  for (const std::string& name : {dir.path() + "/notify", abstract_name()}) {
    BOOST_TEST_CONTEXT(name) {
      const Manager manager(name);
      const Variable variable("NOTIFY_SOCKET", name);
      BOOST_TEST(sd_notify("READY=1\nSTATUS=idle"));
      BOOST_TEST(manager.next() == "READY=1\nSTATUS=idle");
      BOOST_TEST(manager.next().empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_manager_nothing_is_told) {
  BOOST_TEST(!sd_notify("READY=1"));
  for (const std::string& name :
       {std::string(), std::string("/"), std::string("relative"), std::string("@ha-agent-nobody"),
        std::string("/nowhere/notify"), "/" + std::string(200, 'x')}) {
    const Variable variable("NOTIFY_SOCKET", name);
    BOOST_TEST(!sd_notify("READY=1"), name);
  }
}

BOOST_AUTO_TEST_CASE(a_manager_that_does_not_read_blocks_nobody) {
  const Manager manager(abstract_name());
  const Variable variable("NOTIFY_SOCKET", abstract_name());
  int taken = 0;
  // net.unix.max_dgram_qlen is some hundreds at most.
  while (sd_notify("WATCHDOG=1") && taken < 100'000) ++taken;
  BOOST_TEST(taken > 0);
  BOOST_TEST(taken < 100'000);
  BOOST_TEST(manager.next() == "WATCHDOG=1");
}

BOOST_AUTO_TEST_CASE(the_watchdog_is_ours_when_the_pid_is_or_when_there_is_none) {
  BOOST_TEST(!sd_watchdog().has_value());
  const Variable usec("WATCHDOG_USEC", "10000000");
  BOOST_TEST((sd_watchdog() == Millis{10'000}));
  const Variable ours("WATCHDOG_PID", std::to_string(::getpid()));
  BOOST_TEST((sd_watchdog() == Millis{10'000}));
  const Variable others("WATCHDOG_PID", std::to_string(::getppid()));
  BOOST_TEST(!sd_watchdog().has_value());
}

BOOST_AUTO_TEST_CASE(a_watchdog_that_is_no_number_is_none) {
  for (const char* wrong : {"", "0", "-1", "10s", "99999999999999999999"}) {
    const Variable usec("WATCHDOG_USEC", wrong);
    BOOST_TEST(!sd_watchdog().has_value(), wrong);
  }
  const Variable smallest("WATCHDOG_USEC", "1");
  BOOST_TEST((sd_watchdog() == Millis{1}));
}

BOOST_AUTO_TEST_SUITE_END()
