// run_all() with probes that are made of conditions, not of time: what hangs, hangs until the test
// is over.
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "checks/run_all.h"

using namespace ha;

namespace {

/// Probes that wait for this stand until it is opened.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;

  void wait() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return open; });
  }
  void let_go() {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }
};

Job job(std::string name, std::function<Finding(Stage&, Deadline)> probe) {
  return {"mysql", std::move(name), std::move(probe),
          [](const Stage& stage) { return std::string(stage.now()); }};
}

Finding fine() {
  return {{}, {}, Level::ok, "fine", {}, {}};
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Level)

BOOST_AUTO_TEST_SUITE(running_all)

BOOST_AUTO_TEST_CASE(findings_come_in_the_order_of_the_jobs_with_their_names) {
  auto gate = std::make_shared<Gate>();
  const auto findings = run_all({job("a",
                                     [gate](Stage&, Deadline) {
                                       gate->wait();
                                       return fine();
                                     }),
                                 job("b",
                                     [gate](Stage&, Deadline) {
                                       gate->let_go();
                                       return fine();
                                     })},
                                Deadline::in(Millis{60'000}));
  BOOST_REQUIRE(findings.size() == 2U);
  BOOST_TEST(findings[0].name == "a");
  BOOST_TEST(findings[1].name == "b");
  BOOST_TEST(findings[1].kind == "mysql");
  BOOST_TEST(findings[0].level == Level::ok);
}

BOOST_AUTO_TEST_CASE(one_that_hangs_is_unknown_with_its_stage_and_the_others_are_not_lost) {
  auto gate = std::make_shared<Gate>();
  const auto findings = run_all({job("hangs",
                                     [gate](Stage& stage, Deadline) {
                                       stage.at("connected, no greeting");
                                       gate->wait();
                                       return fine();
                                     }),
                                 job("works", [](Stage&, Deadline) { return fine(); })},
                                Deadline::in(Millis{300}));
  gate->let_go();
  BOOST_REQUIRE(findings.size() == 2U);
  BOOST_TEST(findings[0].level == Level::unknown);
  BOOST_TEST(findings[0].seen == "connected, no greeting within 300ms");
  BOOST_TEST(findings[1].level == Level::ok);
}

BOOST_AUTO_TEST_CASE(a_probe_that_throws_is_unknown_and_lines_are_one_line) {
  const auto findings = run_all(
      {job("throws",
           [](Stage&, Deadline) -> Finding { throw std::runtime_error("out of\nmemory"); })},
      Deadline::in(Millis{60'000}));
  BOOST_TEST(findings.at(0).level == Level::unknown);
  BOOST_TEST(findings.at(0).seen == "the probe failed: out of memory");
}

BOOST_AUTO_TEST_SUITE_END()
