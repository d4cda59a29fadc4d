// A state directory on a disk that is full.
#include <boost/test/unit_test.hpp>

#include "notify/unspooled.h"
#include "tests/support/alert_node.h"
#include "tests/support/small_disk.h"

namespace ha {
namespace {

using test::AlertNode;
using test::is_root;
using test::RecordingServer;
using test::SmallDisk;

BOOST_AUTO_TEST_CASE(an_alert_that_does_not_fit_on_the_disk_is_sent_directly,
                     *boost::unit_test::precondition(is_root)) {
  RecordingServer server;
  AlertNode node;
  node.add_channel("ops", server.url());
  const SmallDisk disk(node.dir.root);
  BOOST_REQUIRE(node.dir.prepare().has_value());
  BOOST_TEST(node.enqueue(1));
  disk.fill_up();

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
  const SmallDisk disk(node.dir.root);
  BOOST_REQUIRE(node.dir.prepare().has_value());
  disk.fill_up();
  BOOST_TEST(!node.enqueue(1));
  BOOST_TEST(node.deliver().waiting == 1);
  disk.make_room();
  BOOST_TEST(node.enqueue(1));  // as the next run does with an untold event
  BOOST_TEST(node.outbox.waiting().size() == 1U);
  unspooled::forget(node.dir, node.outbox.waiting().at(0));
}

}  // namespace
}  // namespace ha
