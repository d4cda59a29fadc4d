// A switchover that cannot be finished: whoever comes next, this node serves again and keepalived
// is asked for nothing. The VIP is 127.0.0.1, which never leaves; with keepalived and to its end:
// tests/e2e/scenarios/s10_handover.py.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "agent/clock.h"
#include "agent/handover.h"
#include "notify/role_lock.h"
#include "tests/support/http_server.h"
#include "tests/support/server_pairs.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

struct Pair : ServerPairs {
  TempDir place;
  std::string folder = place.path() + "/run";
  std::string yield_file = folder + "/yield";
  Agent agent{sections(), "vip = 127.0.0.1\nyield_file = " + yield_file};

  /// This node is MASTER and the peer follows.
  Pair() {
    std::filesystem::create_directory(folder);
    own.sql("SET GLOBAL read_only = OFF");
    peer.replicate_from(own);
    peer.sql("SET GLOBAL read_only = ON");
    peer_redis.replicate_from(own_redis);
    BOOST_REQUIRE(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
    BOOST_REQUIRE(serves());
  }
  bool serves() const {
    try {
      return own.value("SELECT @@global.read_only") == "0" &&
             own_redis.command({"CONFIG", "GET", "min-replicas-to-write"}).elements.at(1).text ==
                 "0";
    } catch (const std::runtime_error&) {
      return false;  // this very session was ended
    }
  }
  bool yields() const {
    return std::filesystem::exists(yield_file) && read_text(yield_file) != "0\n";
  }
  bool at_work() const { return std::filesystem::exists(StateDir{agent.state_dir()}.handover()); }
  /// "begun", "done", …: of the journal, in order.
  std::string said() const {
    std::string text;
    for (const nlohmann::json& line : agent.journal("switchover")) {
      text += line.value("state", "") + " ";
    }
    return text;
  }
  int run_until(const std::string& where) const {
    std::vector<std::string> argv =
        agent.argv({"switchover", "--reason", "kernel update", "--timeout", "20s"});
    argv[0] += "-crash";
    return run(argv, nullptr, {{"HA_CRASH_AFTER", where}});
  }
};

/// A write that runs for longer than anybody waits for.
class LongStatement {
 public:
  explicit LongStatement(const MariaDb& server) : server_(server) {
    server.sql("CREATE DATABASE t");
    server.sql("CREATE TABLE t.t (id INT PRIMARY KEY)");
    client_ = std::jthread([&server] {
      try {
        server.sql("INSERT INTO t.t SELECT SLEEP(30)");
      } catch (const std::runtime_error&) {
        // it is ended with the server
      }
    });
    BOOST_REQUIRE(wait_for([this] { return !session().empty(); }));
  }
  /// Whose it is; "" when it has ended.
  std::string session() const {
    return server_.value(
        "SELECT COALESCE(MAX(id), '') FROM information_schema.processlist WHERE info "
        "LIKE 'INSERT INTO t.t SELECT SLEEP%'");
  }

 private:
  const MariaDb& server_;
  std::jthread client_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(switchover)

BOOST_AUTO_TEST_CASE(a_dry_run_says_that_it_could_be_done_and_changes_nothing) {
  Pair pair;
  std::string output;
  BOOST_TEST(pair.agent.run({"switchover", "--dry-run", "--reason", "x"}, &output) == 0);
  BOOST_TEST(output.find("it could be done now; nothing was changed") != std::string::npos);
  BOOST_TEST(pair.serves());
  BOOST_TEST(pair.said().empty());
  pair.peer.sql("STOP SLAVE SQL_THREAD");
  BOOST_TEST(pair.agent.run({"switchover", "--dry-run", "--reason", "x"}, &output) == 1);
  BOOST_TEST(output.find("mysql main of the peer does not follow") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_keepalived_that_does_not_react_gets_its_master_back) {
  Pair pair;
  std::string output;
  BOOST_TEST(pair.agent.run({"switchover", "--reason", "kernel update"}, &output) == 1);
  BOOST_TEST(output.find("keepalived did not react: is " + pair.yield_file +
                         " a weight-0 track_file of its vrrp_instance?") != std::string::npos);
  BOOST_TEST(output.find("this node serves") != std::string::npos);
  BOOST_TEST(pair.serves());
  BOOST_TEST(!pair.yields());
  BOOST_TEST(!pair.at_work());
  BOOST_TEST(pair.said() == "begun aborted ");
}

// Both have looked, and found none.
BOOST_AUTO_TEST_CASE(of_two_that_are_asked_for_at_once_one_begins) {
  Pair pair;
  BOOST_REQUIRE(wait_for([&] {
    return pair.agent.run({"switchover", "--dry-run", "--reason", "x"}) == 0;
  }));
  const StateDir dir{pair.agent.state_dir()};
  const std::string log = pair.place.path() + "/log";
  Child second;
  {
    const auto lock = RoleLock::acquire(dir, Deadline::in(Millis{5000}));
    BOOST_REQUIRE(lock.has_value());
    second = Child(pair.agent.argv({"switchover", "--reason", "kernel update"}), log);
    BOOST_REQUIRE(wait_for([&] { return read_text(log).find("ok  ") != std::string::npos; }));
    const Handover first{ProcessId::self(), "first", "test", wall_ms()};
    BOOST_REQUIRE(write_handover(dir, first).has_value());
  }
  BOOST_TEST(second.wait() == 1);
  const std::string said = read_text(log);
  BOOST_TEST(said.find("another switchover has begun") != std::string::npos, said);
  BOOST_TEST(read_handover(dir).value().value().reason == "first");
  BOOST_TEST(pair.serves());
}

BOOST_AUTO_TEST_CASE(a_statement_that_runs_on_aborts_it_before_the_vip_is_given_away) {
  Pair pair;
  const LongStatement statement(pair.own);
  std::string output;
  BOOST_TEST(pair.agent.run({"switchover", "--reason", "kernel update"}, &output) == 1);
  BOOST_TEST(output.find("mysql main still takes writes") != std::string::npos);
  BOOST_TEST(pair.serves());
  BOOST_TEST(!pair.yields());
  pair.own.sql("KILL " + statement.session());
}

BOOST_AUTO_TEST_CASE(an_event_that_came_while_it_stopped_the_writes_is_not_left_behind) {
  Pair pair;
  const LongStatement statement(pair.own);
  Child command = pair.agent.start({"switchover", "--reason", "kernel update"});
  BOOST_REQUIRE(wait_for([&] { return pair.agent.journal("begin").size() == 2; }));
  // Its hook finds the lock held and leaves, and there is no watch. One that is late stops the
  // writes beside the switchover, and each of the two may end the other's session.
  BOOST_TEST(pair.agent.run({"notify", "INSTANCE", "VI_1", "STOP", "100"}) != 64);
  BOOST_TEST(wait_for([&] {
    const nlohmann::json role = pair.agent.role();
    return role["state"] == "STOP" && role["work"] == "done";
  }));
  // It would go on looking for whoever serves now.
  command.signal(SIGKILL);
}

BOOST_AUTO_TEST_CASE(a_yield_file_that_cannot_be_written_is_tried_again_by_whoever_comes_by) {
  Pair pair;
  const std::string away = pair.place.path() + "/away";
  Child command = pair.agent.start({"switchover", "--reason", "kernel update"});
  BOOST_REQUIRE(wait_for([&] { return pair.yields(); }));
  std::filesystem::rename(pair.folder, away);
  BOOST_TEST(command.wait() == 1);
  BOOST_TEST(pair.at_work());
  std::filesystem::rename(away, pair.folder);
  BOOST_TEST(pair.yields());
  BOOST_TEST(pair.agent.run({"alerts", "retry", "--due"}) == 0);
  BOOST_TEST(!pair.yields());
  BOOST_TEST(!pair.at_work());
  BOOST_TEST(pair.serves());
}

BOOST_AUTO_TEST_CASE(without_a_database_only_the_vip_moves) {
  const HttpServer http({200, "", {}, false});
  const TempDir place;
  const std::string yield_file = place.path() + "/yield";
  const Agent agent("[http api]\nurl = " + http.url() + "\n",
                    "vip = 127.0.0.1\nyield_file = " + yield_file);
  BOOST_REQUIRE(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  std::string output;
  BOOST_TEST(agent.run({"switchover", "--reason", "kernel update"}, &output) == 1);
  BOOST_TEST(output.find("keepalived did not react") != std::string::npos, output);
  BOOST_TEST(output.find("this node serves\n") != std::string::npos, output);
  BOOST_TEST(read_text(yield_file) == "0\n");

  std::vector<std::string> argv = agent.argv({"switchover", "--reason", "kernel update"});
  argv[0] += "-crash";
  BOOST_TEST(run(argv, nullptr, {{"HA_CRASH_AFTER", "switchover/yielded"}}) == 128 + SIGKILL);
  BOOST_TEST(read_text(yield_file) == "1\n");
  BOOST_TEST(agent.run({"alerts", "retry", "--due"}) == 0);
  BOOST_TEST(read_text(yield_file) == "0\n");
  BOOST_TEST(!std::filesystem::exists(StateDir{agent.state_dir()}.handover()));

  // What was only recorded during a maintenance has nothing to be done either.
  BOOST_TEST(agent.run({"maintenance", "on", "--reason", "x"}) == 0);
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "BACKUP", "100"}) == 0);
  BOOST_TEST(agent.run({"maintenance", "off"}, &output) == 0);
  BOOST_TEST(output.find("BACKUP: done") != std::string::npos, output);
  BOOST_TEST(agent.role()["work"] == "done");
}

BOOST_AUTO_TEST_CASE(killed_anywhere_it_is_taken_back_by_the_timer) {
  Pair pair;
  for (const char* where : {"begun", "quiesced", "yielded"}) {
    BOOST_TEST_CONTEXT(where) {
      BOOST_TEST(pair.run_until(std::string("switchover/") + where) == 128 + SIGKILL);
      BOOST_TEST(pair.at_work());
      BOOST_TEST(pair.yields() == (std::string(where) == "yielded"));
      BOOST_TEST(pair.serves() == (std::string(where) == "begun"));
      BOOST_TEST(pair.agent.run({"alerts", "retry", "--due"}) == 0);
      BOOST_TEST(pair.serves());
      BOOST_TEST(!pair.yields());
      BOOST_TEST(!pair.at_work());
      BOOST_TEST(pair.said().ends_with("begun left "));
    }
  }
}

BOOST_AUTO_TEST_CASE(killed_it_is_taken_back_by_watch) {
  Pair pair;
  BOOST_TEST(pair.run_until("switchover/yielded") == 128 + SIGKILL);
  Child watch = pair.agent.start({"watch"});
  BOOST_TEST(wait_for([&] { return pair.serves() && !pair.yields() && !pair.at_work(); }));
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
}

BOOST_AUTO_TEST_CASE(killed_after_the_fault_event_the_next_hook_takes_it_back) {
  Pair pair;
  BOOST_TEST(pair.run_until("switchover/yielded") == 128 + SIGKILL);
  pair.agent.run({"notify", "INSTANCE", "VI_1", "FAULT", "100"});
  BOOST_TEST(!pair.yields());
  BOOST_TEST(!pair.at_work());
  BOOST_TEST(pair.own.value("SELECT @@global.read_only") == "1");
}

BOOST_AUTO_TEST_CASE(while_it_is_at_work_the_check_says_no_and_a_second_one_leaves) {
  Pair pair;
  Child first = pair.agent.start({"switchover", "--reason", "kernel update", "--timeout", "20s"});
  BOOST_REQUIRE(wait_for([&] { return pair.yields(); }));
  std::string output;
  BOOST_TEST(pair.agent.run({"check"}, &output) == 1);
  BOOST_TEST(output.find("a switchover gives this node's role away: kernel update") !=
             std::string::npos);
  BOOST_TEST(pair.agent.run({"switchover", "--reason", "another"}, &output) == 1);
  BOOST_TEST(output.find("another switchover is at work: kernel update") != std::string::npos);
  first.signal(SIGINT);
  BOOST_TEST(first.wait() == 1);
  BOOST_TEST(pair.serves());
  BOOST_TEST(!pair.yields());
  BOOST_TEST(pair.agent.run({"check"}) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
