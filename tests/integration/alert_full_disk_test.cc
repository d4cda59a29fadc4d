// A state directory on a disk that is full.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>

#include "notify/unspooled.h"
#include "tests/support/alert_node.h"

namespace ha {
namespace {

using test::AlertNode;
using test::RecordingServer;

/// 64 KiB in a mount namespace of this program's own, so that it goes with the program.
bool mount_small_disk(const std::string& path) {
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=64k") == 0;
}

void fill_up(const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  const std::string block(4096, 'x');
  while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) continue;
}

boost::test_tools::assertion_result is_root(boost::unit_test::test_unit_id /*unit*/) {
  return ::geteuid() == 0;
}

BOOST_AUTO_TEST_CASE(an_alert_that_does_not_fit_on_the_disk_is_sent_directly,
                     *boost::unit_test::precondition(is_root)) {
  RecordingServer server;
  AlertNode node;
  node.add_channel("ops", server.url());
  BOOST_REQUIRE(mount_small_disk(node.dir.root));
  BOOST_REQUIRE(node.dir.prepare().has_value());
  BOOST_TEST(node.enqueue(1));
  fill_up(node.dir.root + "/ballast");

  BOOST_TEST(!node.enqueue(2));
  BOOST_TEST(unspooled::count(node.dir) == 1U);
  const Delivery sum = node.deliver();
  BOOST_TEST(sum.delivered == 2);
  BOOST_TEST(sum.waiting == 0);
  BOOST_TEST(server.requests().size() == 2U);
  BOOST_TEST(node.deliver().delivered == 0);
  // The event of the second is untold on disk: when there is room again it may be told anew, never
  // lost.
  BOOST_TEST(node.outbox.waiting().empty());
}

BOOST_AUTO_TEST_CASE(an_alert_that_is_neither_kept_nor_delivered_is_said_to_be_waiting,
                     *boost::unit_test::precondition(is_root)) {
  RecordingServer server({{500, "", {}, false}});
  AlertNode node;
  node.add_channel("ops", server.url());
  BOOST_REQUIRE(mount_small_disk(node.dir.root));
  BOOST_REQUIRE(node.dir.prepare().has_value());
  fill_up(node.dir.root + "/ballast");
  BOOST_TEST(!node.enqueue(1));
  BOOST_TEST(node.deliver().waiting == 1);
  std::filesystem::remove(node.dir.root + "/ballast");
  BOOST_TEST(node.enqueue(1));  // as the next run does with an untold event
  BOOST_TEST(node.outbox.waiting().size() == 1U);
  unspooled::forget(node.dir, node.outbox.waiting().at(0));
}

}  // namespace
}  // namespace ha
