// Which process a demotion may kill: the server behind the configured socket, and nobody else.
#include "notify/kill_server.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <filesystem>

#include "agent/fd.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace ha {
namespace {

/// Listens in this process, and in every child: not closed when one is started.
Fd listen_at(const std::string& path) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  BOOST_REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  BOOST_REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(::listen(fd.get(), 1) == 0);
  return fd;
}

struct Place {
  test::TempDir dir;
  std::string path = dir.path() + "/server.sock";
  Fd listener = listen_at(path);

  Result<pid_t> find() const { return find_server_process({path, "", 0}); }
  /// A process of this name that holds the socket.
  test::Child holder(const std::string& name) const {
    std::filesystem::create_symlink("/usr/bin/sleep", dir.path() + "/" + name);
    return test::Child({dir.path() + "/" + name, "600"}, "/dev/null");
  }
};

BOOST_FIXTURE_TEST_SUITE(kill_server, Place)

BOOST_AUTO_TEST_CASE(a_socket_that_another_process_made_for_the_server_is_the_servers) {
  // As systemd does with mariadb.socket; this process holds it, as systemd would.
  const test::Child server = holder("mariadbd");
  BOOST_TEST(test::wait_for([&] { return find().value_or(0) == server.pid(); }));
  const auto killed = kill_process(server.pid(), Deadline::in(Millis{10'000}));
  BOOST_TEST(killed.has_value());
  BOOST_TEST(!find().has_value());
}

BOOST_AUTO_TEST_CASE(a_socket_is_known_by_another_name_of_its_folder) {
  // As /var/run is /run's, where MySQL's own packages put theirs.
  const test::Child server = holder("mysqld");
  const test::TempDir elsewhere;
  std::filesystem::create_directory_symlink(dir.path(), elsewhere.path() + "/run");
  const ListenPlace place{elsewhere.path() + "/run/server.sock", "", 0};
  BOOST_TEST(
      test::wait_for([&] { return find_server_process(place).value_or(0) == server.pid(); }));
  BOOST_TEST(!find_server_process({elsewhere.path() + "/server.sock", "", 0}).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_known_server_is_nobody_to_kill) {
  const test::Child other = holder("nginx");
  const auto found = find();
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST(found.error().message.find("which is no known server") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_socket_that_nobody_listens_on_has_no_process) {
  listener.reset();
  const auto found = find();
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST(found.error().message.find("no process of this host listens on") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
