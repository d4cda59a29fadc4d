// The whole program with a real etcd cluster: the lock is taken, kept, waited for, lost and given
// back.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <thread>

#include "agent/clock.h"
#include "agent/lock_lease.h"
#include "notify/lock_hold.h"
#include "notify/role_lock.h"
#include "tests/support/agent.h"
#include "tests/support/etcd.h"
#include "tests/support/frozen.h"
#include "tests/support/redis_role.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string read_only(const MariaDb& server) {
  try {
    return server.value("SELECT @@global.read_only");
  } catch (const std::runtime_error&) {
    return "?";  // this very session was ended by a demotion
  }
}

std::optional<LockLease> lease_of(const Agent& agent) {
  return read_lock_lease({agent.state_dir()}).value();
}

// What a step of the last transition said.
std::string detail_of(const Agent& agent, const std::string& step) {
  std::string detail;
  for (const auto& line : agent.journal("step")) {
    if (line.value("step", "") == step) detail = line.value("detail", "");
  }
  return detail;
}

// A server, its agent with a lock, and watch.
struct Node {
  MariaDb server{{"--read-only"}};
  Agent agent;
  Child watch;

  explicit Node(const Etcd& etcd, const std::string& ttl = "4s", const std::string& lock_keys = "",
                const std::string& agent_keys = "")
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

// Another node's hold, renewed as its watch would do.
class Rival {
 public:
  Rival(const Etcd& etcd, Millis ttl) : hold_(etcd.config(ttl), "other", {dir_.path()}) {
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

}  // namespace

BOOST_AUTO_TEST_SUITE(lock)

BOOST_AUTO_TEST_CASE(a_promotion_takes_it_watch_keeps_it_and_a_demotion_gives_it_back) {
  const Etcd etcd;
  const Node node(etcd);
  node.event("MASTER");
  BOOST_TEST(node.becomes("0"));
  BOOST_TEST(etcd.holder() == "test");
  BOOST_TEST(detail_of(node.agent, "take-lock") == "taken");
  BOOST_TEST(node.is_renewed());
  BOOST_TEST(node.is_renewed());
  std::string output;
  BOOST_TEST(node.check(&output) == 0);
  BOOST_TEST(has(output, "held, "), output);
  BOOST_TEST(node.agent.run({"status"}, &output) == 0);
  BOOST_TEST(has(output, "lock:       dcs: held here, "), output);
  BOOST_TEST(node.agent.run({"status", "--format", "json"}, &output) == 0);
  const auto status = nlohmann::json::parse(output);
  BOOST_TEST(status.at("lock").at("holder") == "test");
  BOOST_TEST(status.at("lock").at("held") == true);

  node.event("BACKUP");
  BOOST_TEST(read_only(node.server) == "1");
  BOOST_TEST(etcd.holder() == "");
  BOOST_TEST(detail_of(node.agent, "release-lock") == "given back");
  BOOST_TEST(!lease_of(node.agent).has_value());
  BOOST_TEST(node.check() == 0);
}

BOOST_AUTO_TEST_CASE(two_databases_take_it_once) {
  const Etcd etcd(1);
  MariaDb mysql({"--read-only"});
  Redis redis;
  const Agent agent(mysql_section(mysql) + redis_section(redis) + etcd.section("10s"));
  const Child watch = agent.start({"watch"});
  BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  agent.run({"notify", "MASTER"});
  BOOST_TEST(wait_for([&] { return agent.last_outcome() == "done"; }));
  BOOST_TEST(agent.has_step("mysql main", "take-lock"));
  BOOST_TEST(agent.has_step("redis cache", "take-lock"));
  BOOST_TEST(has(etcd.ctl({"lease", "list"}), "found 1 leases"));
  agent.run({"notify", "STOP"});
  BOOST_TEST(wait_for([&] { return agent.has_step("lock dcs", "release-lock"); }));
  BOOST_TEST(wait_for([&] { return etcd.holder().empty(); }));
  BOOST_TEST(!takes_writes(redis));
}

BOOST_AUTO_TEST_CASE(a_node_that_went_away_is_waited_out) {
  const Etcd etcd;
  const Node node(etcd, "2s");
  Rival rival(etcd, Millis{2'000});
  rival.go_away();
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "done");
  BOOST_TEST(detail_of(node.agent, "take-lock") == "taken; it had to end for other first");
  BOOST_TEST(read_only(node.server) == "0");
  BOOST_TEST(etcd.holder() == "test");
}

BOOST_AUTO_TEST_CASE(a_node_that_keeps_it_is_not_passed) {
  const Etcd etcd;
  const Node node(etcd, "2s");
  Rival rival(etcd, Millis{2'000});
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "refused");
  BOOST_TEST(has(detail_of(node.agent, "take-lock"), "other keeps the lock"));
  BOOST_TEST(read_only(node.server) == "1");
  BOOST_TEST(node.agent.role().at("refusals").at(0).at("cause") == "lock");
  std::string output;
  BOOST_TEST(node.check(&output) == 1);
  // The standby that follows says so as long as that is so.
  node.event("BACKUP");
  BOOST_TEST(node.check(&output) == 1);
  BOOST_TEST(has(output, "the lock is kept: other has it"), output);
  rival.give_back();
  BOOST_TEST(node.check(&output) == 0, output);
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "done");
}

BOOST_AUTO_TEST_CASE(a_newer_event_ends_the_wait) {
  const Etcd etcd;
  const Node node(etcd, "10s");
  const Rival rival(etcd, Millis{10'000});
  node.agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"});
  BOOST_TEST(wait_for([&] { return !node.agent.journal("begin").empty(); }));
  node.agent.run({"notify", "INSTANCE", "VI_1", "BACKUP", "100"});
  BOOST_TEST(wait_for([&] { return node.agent.journal("end").size() == 2; }));
  BOOST_TEST(node.agent.journal("end").front().value("outcome", "") == "overtaken");
  BOOST_TEST(etcd.holder() == "other");
}

BOOST_AUTO_TEST_CASE(a_lost_member_changes_nothing) {
  Etcd etcd;
  const Node node(etcd, "10s");
  node.event("MASTER");
  BOOST_TEST(node.becomes("0"));
  etcd.kill(etcd.leader());
  BOOST_TEST(node.is_renewed());
  BOOST_TEST(node.is_renewed());
  BOOST_TEST(read_only(node.server) == "0");
  BOOST_TEST(node.agent.journal("end").size() == 1U);
}

BOOST_AUTO_TEST_CASE(without_a_quorum_a_master_stops_its_writes_before_the_lock_ends) {
  Etcd etcd;
  const Node node(etcd);
  node.event("MASTER");
  BOOST_TEST(node.becomes("0"));
  const int stays = etcd.leader();
  for (int member = 0; member < 3; ++member) {
    if (member != stays) etcd.kill(member);
  }
  std::int64_t until = 0;
  BOOST_TEST(wait_for([&] {
    // 0 once it is being given back.
    const auto lease = lease_of(node.agent);
    if (lease && lease->until_ms != 0) until = lease->until_ms;
    return read_only(node.server) == "1";
  }));
  BOOST_TEST(wait_for([&] { return node.agent.journal("end").size() == 2; }));
  std::int64_t stopped_ms = 0;
  for (const auto& line : node.agent.journal("step")) {
    if (line.value("step", "") == "set-read-only") stopped_ms = line["at_ms"].get<std::int64_t>();
  }
  BOOST_TEST(stopped_ms - wall_ms() + boottime_ms() <= until);
  BOOST_TEST(has(node.agent.journal("begin").back().value("why", ""), "could not be renewed"));
  std::string output;
  BOOST_TEST(node.check(&output) == 1);
  BOOST_TEST(has(output, "read-only"), output);

  // keepalived hears that, and tries the other node, or this one again.
  node.event("FAULT");
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "refused");
  BOOST_TEST(has(detail_of(node.agent, "take-lock"), "no member of etcd answers for a quorum"));
  BOOST_TEST(read_only(node.server) == "1");
  node.event("BACKUP");
  BOOST_TEST(node.check(&output) == 1);
  BOOST_TEST(has(output, "the lock cannot be had"), output);

  for (int member = 0; member < 3; ++member) {
    if (member != stays) etcd.start(member);
  }
  BOOST_TEST(wait_for([&] { return node.check() == 0; }));
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "done");
  BOOST_TEST(node.becomes("0"));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_deleted_stops_the_writes_at_once) {
  const Etcd etcd;
  const Node node(etcd, "4s");
  node.event("MASTER");
  BOOST_TEST(node.becomes("0"));
  etcd.ctl({"del", "/ha-agent/dcs"});
  BOOST_TEST(node.becomes("1"));
  BOOST_TEST(wait_for([&] { return node.agent.journal("end").size() == 2; }));
  BOOST_TEST(has(node.agent.journal("begin").back().value("why", ""), "nobody has it any more"));
  BOOST_TEST(node.check() == 1);
}

BOOST_AUTO_TEST_CASE(who_only_wants_to_be_told_goes_on_and_takes_it_again) {
  const Etcd etcd;
  const Node node(etcd, "4s", "on_lock_lost = alert");
  node.event("MASTER");
  BOOST_TEST(node.becomes("0"));
  etcd.ctl({"del", "/ha-agent/dcs"});
  BOOST_TEST(wait_for([&] { return !node.agent.journal("note").empty(); }));
  BOOST_TEST(wait_for([&] { return etcd.holder() == "test"; }));
  BOOST_TEST(read_only(node.server) == "0");
  BOOST_TEST(node.check() == 0);
}

BOOST_AUTO_TEST_CASE(a_watch_that_slept_beyond_the_end_stops_the_writes_first) {
  const Etcd etcd;
  const Node node(etcd, "2s");
  node.event("MASTER");
  BOOST_TEST(node.becomes("0"));
  BOOST_TEST(node.is_renewed());
  freeze(node.watch.pid());
  const std::int64_t until = lease_of(node.agent).value().until_ms;
  std::string output;
  // The check, which keepalived goes on running, says so before the lock has ended.
  BOOST_TEST(wait_for([&] { return node.check(&output) == 1; }));
  BOOST_TEST((has(output, "`ha-agent watch` must run") || has(output, "it ends in")), output);
  BOOST_TEST(wait_for([&] { return boottime_ms() > until && etcd.holder().empty(); }));
  BOOST_TEST(node.check(&output) == 1);
  BOOST_TEST(read_only(node.server) == "0");
  node.watch.signal(SIGCONT);
  BOOST_TEST(node.becomes("1"));
  BOOST_TEST(wait_for([&] { return node.agent.journal("end").size() == 2; }));
  BOOST_TEST(has(node.agent.journal("begin").back().value("why", ""), "the lock [dcs] is lost"));
}

BOOST_AUTO_TEST_CASE(a_hook_demotes_and_gives_it_back_while_watch_is_frozen) {
  const Etcd etcd;
  const Node node(etcd, "10s");
  node.event("MASTER");
  BOOST_TEST(node.becomes("0"));
  BOOST_REQUIRE(
      RoleLock::acquire({node.agent.state_dir()}, Deadline::in(Millis{10'000})).has_value());
  freeze(node.watch.pid());
  BOOST_TEST(node.agent.run({"notify", "INSTANCE", "VI_1", "FAULT", "100"}) == 0);
  BOOST_TEST(read_only(node.server) == "1");
  BOOST_TEST(etcd.holder() == "");
  node.watch.signal(SIGCONT);
}

BOOST_AUTO_TEST_CASE(nothing_is_promoted_where_nobody_would_renew_it) {
  const Etcd etcd(1);
  const MariaDb server({"--read-only"});
  const Agent agent(mysql_section(server) + etcd.section("10s"));
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(agent.last_outcome() == "refused");
  BOOST_TEST(has(detail_of(agent, "take-lock"), "`ha-agent watch` does not run here"));
  BOOST_TEST(read_only(server) == "1");
  BOOST_TEST(etcd.holder() == "");
}

BOOST_AUTO_TEST_CASE(an_operator_passes_without_it_and_the_reason_is_written_down) {
  Etcd etcd(1);
  Node node(etcd, "2s");
  etcd.kill(0);
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "refused");
  std::string output;
  BOOST_TEST(node.agent.run({"promote", "--force", "--reason", "etcd burned down"}, &output) == 0,
             output);
  BOOST_TEST(read_only(node.server) == "0");
  BOOST_TEST(has(detail_of(node.agent, "take-lock"), "passed over by force: etcd burned down"));
  BOOST_TEST(node.check(&output) == 0);
  BOOST_TEST(has(output, "etcd burned down"), output);
  // Once it can be had, watch takes it.
  etcd.start(0);
  BOOST_TEST(wait_for([&] {
    const auto lease = lease_of(node.agent);
    return lease && lease->held(boottime_ms()) && lease->forced_why.empty();
  }));
  BOOST_TEST(read_only(node.server) == "0");
}

BOOST_AUTO_TEST_CASE(a_wrong_password_refuses_and_says_what_to_mend) {
  const Etcd etcd(1);
  etcd.enable_auth("correct-horse");
  const TempDir dir;
  BOOST_REQUIRE(write_file(dir.path() + "/pw", "wrong-battery\n", Durability::relaxed, 0600));
  const Node node(etcd, "10s",
                  "user = ha\nallow_http = yes\npassword_file = " + dir.path() + "/pw");
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "refused");
  const std::string why = detail_of(node.agent, "take-lock");
  BOOST_TEST(has(why, "etcd does not let this node in: mend user, password_file"), why);
  BOOST_TEST(!has(why, "wrong-battery"));
  BOOST_TEST(read_only(node.server) == "1");
}

BOOST_AUTO_TEST_CASE(tls_with_a_client_certificate) {
  const Certificates certificates;
  const Etcd etcd(3, &certificates);
  const Node node(etcd, "10s",
                  "ca_file = " + certificates.ca() + "\ncert_file = " + certificates.certificate() +
                      "\nkey_file = " + certificates.key());
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "done");
  BOOST_TEST(etcd.holder() == "test");
  BOOST_TEST(node.is_renewed());
}

BOOST_AUTO_TEST_CASE(a_peer_that_answers_is_fenced_first_and_then_lets_go) {
  const Etcd etcd;
  MariaDb first(semi_sync_args());
  MariaDb second(semi_sync_args());
  second.replicate_from(first);
  first.sql("CREATE DATABASE t");
  BOOST_REQUIRE(second.wait_caught_up(first));
  first.sql("SET GLOBAL read_only = ON");
  second.sql("SET GLOBAL read_only = ON");
  const auto agent_of = [&](const char* name, const MariaDb& own, const MariaDb& peer) {
    return std::make_unique<Agent>(
        mysql_section(own, "peer_host = 127.0.0.1\npeer_port = " + std::to_string(peer.port()) +
                               "\nreplication_user = repl\nreplication_password = repl\n") +
            etcd.section("10s"),
        std::string("node = ") + name);
  };
  const auto a = agent_of("db1", first, second);
  const auto b = agent_of("db2", second, first);
  const Child watch_a = a->start({"watch"});
  const Child watch_b = b->start({"watch"});
  BOOST_REQUIRE(
      wait_for([&] { return watch_runs({a->state_dir()}) && watch_runs({b->state_dir()}); }));
  b->run({"notify", "BACKUP"});
  a->run({"notify", "MASTER"});
  BOOST_TEST(wait_for([&] { return read_only(first) == "0"; }));
  BOOST_TEST(wait_for([&] { return a->last_outcome() == "done"; }));
  BOOST_TEST(etcd.holder() == "db1");
  // VRRP alone is broken: both are MASTER, and the servers see each other.
  b->run({"notify", "MASTER"});
  BOOST_TEST(wait_for([&] { return read_only(second) == "0"; }));
  BOOST_TEST(etcd.holder() == "db2");
  BOOST_TEST(read_only(first) == "1");
  BOOST_TEST(has(detail_of(*b, "take-lock"), "db1 has it, and the peer answers"));
  BOOST_TEST(wait_for([&] { return b->last_outcome() == "done"; }));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(lock_crash_points)

// The hook dies after each step; the next one ends as if nothing had happened.
BOOST_AUTO_TEST_CASE(whoever_comes_next_takes_it_or_gives_it_back) {
  const Etcd etcd;
  const MariaDb server({"--read-only"});
  constexpr int kKilled = 128 + SIGKILL;
  for (const std::string place :
       {"begin", "mysql main/record-position", "mysql main/take-lock", "mysql main/fence-peer",
        "mysql main/judge", "mysql main/lift-read-only", "mysql main/look-again", "settled"}) {
    BOOST_TEST_CONTEXT(place) {
      const Agent agent(mysql_section(server) + etcd.section("10s"));
      const StateDir dir{agent.state_dir()};
      BOOST_REQUIRE(dir.prepare().has_value());
      // As if a watch ran that does not get to it: the hook does the work.
      const auto watch = acquire_watch_lock(dir);
      BOOST_REQUIRE(watch.has_value());
      const auto until = [&](const std::string& at, const std::string& word) {
        auto argv = agent.argv({"notify", word});
        argv[0] += "-crash";
        return run(argv, nullptr, {{"HA_CRASH_AFTER", at}});
      };
      BOOST_TEST(until(place, "MASTER") == kKilled);
      BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
      BOOST_TEST(read_only(server) == "0");
      BOOST_TEST(etcd.holder() == "test");
      BOOST_TEST(has(etcd.ctl({"lease", "list"}), "found 1 leases"));
      const bool demotes = place == "begin" || place == "settled";
      const std::string demotion = demotes                       ? place
                                   : place == "mysql main/judge" ? "lock dcs/release-lock"
                                                                 : "mysql main/set-read-only";
      BOOST_TEST(until(demotion, "BACKUP") == kKilled);
      BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
      BOOST_TEST(read_only(server) == "1");
      BOOST_TEST(etcd.holder() == "");
      BOOST_TEST(!lease_of(agent).has_value());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
