// A state directory on a disk that is full.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>

#include "agent/atomic_file.h"
#include "agent/event.h"
#include "notify/role_lock.h"
#include "notify/token_bucket.h"
#include "notify/unspooled.h"
#include "tests/support/agent.h"
#include "tests/support/alert_node.h"
#include "tests/support/small_disk.h"
#include "tests/support/wait.h"

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

BOOST_AUTO_TEST_CASE(what_was_delivered_from_a_full_disk_is_not_told_again_when_there_is_room,
                     *boost::unit_test::precondition(is_root)) {
  RecordingServer server;
  AlertNode node;
  node.add_channel("ops", server.url());
  const SmallDisk disk(node.dir.root);
  BOOST_REQUIRE(node.dir.prepare().has_value());
  disk.fill_up();
  BOOST_TEST(!node.enqueue(1));
  BOOST_TEST(node.deliver().delivered == 1);
  BOOST_TEST(!unspooled::put_on_disk(node.dir).has_value());
  disk.make_room();
  BOOST_TEST(unspooled::put_on_disk(node.dir).has_value());
  BOOST_TEST(!unspooled::any(node.dir));
  BOOST_TEST(node.enqueue(1));  // as the next run does with an untold event
  BOOST_TEST(node.outbox.waiting().empty());
}

BOOST_AUTO_TEST_CASE(what_is_in_memory_alone_does_not_pass_what_is_on_its_way,
                     *boost::unit_test::precondition(is_root)) {
  RecordingServer server;
  AlertNode node;
  node.add_channel("ops", server.url());
  const SmallDisk disk(node.dir.root);
  BOOST_REQUIRE(node.dir.prepare().has_value());
  BOOST_TEST(node.enqueue(1));
  disk.fill_up();
  BOOST_TEST(!node.enqueue(2));
  auto somebody_delivers = node.outbox.try_lock("ops");
  BOOST_REQUIRE(somebody_delivers.has_value());
  BOOST_TEST(node.deliver(true, Millis{500}).delivered == 0);
  BOOST_TEST(server.requests().empty());
  somebody_delivers->reset();
  BOOST_TEST(node.deliver().delivered == 2);
  BOOST_TEST(server.requests().at(0).body.find(AlertNode::event_id(1)) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_full_disk_does_not_forget_how_much_was_sent,
                     *boost::unit_test::precondition(is_root)) {
  const AlertNode node;
  const SmallDisk disk(node.dir.root);
  BOOST_REQUIRE(node.dir.prepare().has_value());
  BOOST_REQUIRE(make_dir(node.dir.outbox()).has_value());
  BOOST_TEST(write_channel_state(node.dir, "ops", {2.5, 1'700'000'000'000, 0, true}).has_value());
  disk.fill_up();
  BOOST_TEST(write_channel_state(node.dir, "ops", {0.25, 1'700'000'009'000, 7, false}).has_value());
  const ChannelState state = read_channel_state(node.dir, "ops");
  BOOST_TEST(state.tokens == 0.25);
  BOOST_TEST(state.filled_ms == 1'700'000'009'000);
  BOOST_TEST(state.not_before_ms == 7);
  BOOST_TEST(!state.told_dead);
}

BOOST_AUTO_TEST_CASE(watch_sends_from_its_memory_and_tells_nothing_twice,
                     *boost::unit_test::precondition(is_root)) {
  RecordingServer server;
  const test::Redis redis;
  const test::TempDir place;
  const std::string fifo = place.path() + "/fifo";
  const test::Agent agent(test::redis_section(redis) + "[webhook ops]\nformat = text\nurl = " +
                              server.url() + "\nallow_http = yes\n",
                          "notify_fifo = " + fifo);
  const StateDir dir{agent.state_dir()};
  const SmallDisk disk(dir.root);
  BOOST_REQUIRE(dir.prepare().has_value());
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  test::Child watch = agent.start({"watch"});
  BOOST_REQUIRE(test::wait_for([&] { return watch_runs(dir); }));
  disk.fill_up();
  std::ofstream(fifo) << "INSTANCE \"VI_1\" MASTER 100\n";
  BOOST_TEST(server.wait_for_requests(1));
  disk.make_room();
  std::ofstream(fifo) << "INSTANCE \"VI_1\" BACKUP 100\n";
  BOOST_TEST(server.wait_for_requests(2));
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
  BOOST_TEST(agent.run({"alerts", "retry"}) == 0);
  BOOST_TEST(server.requests().size() == 2U);
}

}  // namespace
}  // namespace ha
