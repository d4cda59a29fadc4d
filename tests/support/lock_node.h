// A server, its agent with a lock in a real etcd, and watch; and another node that holds the lock.
#pragma once
#include <boost/test/unit_test.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "agent/lock_lease.h"
#include "notify/lock_hold.h"
#include "notify/role_lock.h"
#include "tests/support/agent.h"
#include "tests/support/etcd.h"
#include "tests/support/text.h"
#include "tests/support/wait.h"

namespace ha::test {

inline std::string read_only(const MariaDb& server) {
  try {
    return server.value("SELECT @@global.read_only");
  } catch (const std::runtime_error&) {
    return "?";  // this very session was ended by a demotion
  }
}

inline std::optional<LockLease> lease_of(const Agent& agent) {
  return read_lock_lease({agent.state_dir()}).value();
}

/// What a step of the last transition said.
inline std::string detail_of(const Agent& agent, const std::string& step) {
  std::string detail;
  for (const auto& line : agent.journal("step")) {
    if (line.value("step", "") == step) detail = line.value("detail", "");
  }
  return detail;
}

struct LockNode {
  MariaDb server{{"--read-only"}};
  Agent agent;
  Child watch;

  explicit LockNode(const Etcd& etcd, const std::string& ttl = "4s",
                    const std::string& lock_keys = "", const std::string& agent_keys = "")
      : agent(mysql_section(server) + etcd.section(ttl, lock_keys), agent_keys) {
    start();
  }
  void start() {
    watch = agent.start({"watch"});
    BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  }
  void event(const std::string& state) const {
    const std::size_t ended = agent.journal("end").size();
    agent.run({"notify", "INSTANCE", "VI_1", state, "100"});
    BOOST_TEST(wait_for([&] { return agent.journal("end").size() > ended; }), state);
  }
  bool becomes(const std::string& read_only_is) const {
    return wait_for([&] { return read_only(server) == read_only_is; });
  }
  bool is_renewed() const {
    const auto before = lease_of(agent);
    return before && wait_for([&] {
             const auto now = lease_of(agent);
             return now && now->until_ms > before->until_ms;
           });
  }
  int check(std::string* output = nullptr) const { return agent.run({"check"}, output); }
};

/// Another node's hold, renewed as its watch would do.
class LockRival {
 public:
  LockRival(const Etcd& etcd, Millis ttl) : hold_(etcd.config(ttl), "other", {dir_.path()}) {
    const Taking taken = hold_.take({}, Deadline::in(Millis{20'000}));
    BOOST_REQUIRE(taken.end == Taking::End::held);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        hold_.renew({}, Deadline::in(Millis{500}));
        std::this_thread::sleep_for(Millis{100});
      }
    });
  }
  void go_away() {
    thread_.request_stop();
    thread_.join();
  }
  void give_back() {
    go_away();
    BOOST_TEST(hold_.give_back(Deadline::in(Millis{20'000})).value() == "given back");
  }

 private:
  TempDir dir_;
  LockHold hold_;
  std::jthread thread_;
};

}  // namespace ha::test
