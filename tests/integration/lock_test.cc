// The whole program with a real etcd cluster: the lock is taken, waited for and given back. How it
// is lost: lock_lost_test.cc.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "agent/clock.h"
#include "tests/support/lock_node.h"
#include "tests/support/redis_role.h"

using namespace ha;
using namespace ha::test;

BOOST_AUTO_TEST_SUITE(lock)

BOOST_AUTO_TEST_CASE(a_promotion_takes_it_watch_keeps_it_and_a_demotion_gives_it_back) {
  const Etcd etcd;
  const LockNode node(etcd);
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

BOOST_AUTO_TEST_CASE(a_server_that_serves_and_lets_the_agent_not_in_keeps_it) {
  const Etcd etcd(1);
  MariaDb server({"--read-only"});
  server.sql("CREATE USER agent@localhost IDENTIFIED BY 'right'");
  server.sql("GRANT ALL ON *.* TO agent@localhost");
  const Agent agent(fmt::format("[mysql main]\nsocket = {}\nuser = agent\npassword = right\n",
                                server.by_socket().socket) +
                    etcd.section("2s"));
  const Child watch = agent.start({"watch"});
  BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  agent.run({"notify", "MASTER"});
  BOOST_REQUIRE(wait_for([&] { return agent.last_outcome() == "done"; }));
  server.sql("SET PASSWORD FOR agent@localhost = PASSWORD('other')");
  server.sql("KILL USER agent");
  BOOST_TEST(!wait_for([&] { return etcd.holder().empty(); }, Millis{5'000}));
  BOOST_TEST(read_only(server) == "0");
}

BOOST_AUTO_TEST_CASE(a_node_that_went_away_is_waited_out) {
  const Etcd etcd;
  const LockNode node(etcd, "2s");
  LockRival rival(etcd, Millis{2'000});
  rival.go_away();
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "done");
  BOOST_TEST(detail_of(node.agent, "take-lock") == "taken; it had to end for other first");
  BOOST_TEST(read_only(node.server) == "0");
  BOOST_TEST(etcd.holder() == "test");
}

BOOST_AUTO_TEST_CASE(a_node_that_keeps_it_is_not_passed) {
  const Etcd etcd;
  const LockNode node(etcd, "2s");
  LockRival rival(etcd, Millis{2'000});
  node.event("MASTER");
  BOOST_TEST(node.agent.last_outcome() == "refused");
  BOOST_TEST(has(detail_of(node.agent, "take-lock"), "other keeps the lock"));
  BOOST_TEST(read_only(node.server) == "1");
  BOOST_TEST(node.agent.role().at("refusals").at(0).at("cause") == "lock");
  std::string output;
  BOOST_TEST(node.check(&output) == 1);
  // Nothing was lost by a node that never had it: watch looks once a second.
  BOOST_TEST(!wait_for([&] { return node.agent.role().at("work") != "refused"; }, Millis{2'500}));
  BOOST_TEST(node.agent.journal("end").size() == 1);
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
  const LockNode node(etcd, "10s");
  const LockRival rival(etcd, Millis{10'000});
  node.agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"});
  BOOST_TEST(wait_for([&] { return !node.agent.journal("begin").empty(); }));
  node.agent.run({"notify", "INSTANCE", "VI_1", "BACKUP", "100"});
  BOOST_TEST(wait_for([&] { return node.agent.journal("end").size() == 2; }));
  BOOST_TEST(node.agent.journal("end").front().value("outcome", "") == "overtaken");
  BOOST_TEST(etcd.holder() == "other");
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
  LockNode node(etcd, "2s");
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
  const LockNode node(etcd, "10s",
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
  const LockNode node(etcd, "10s",
                      "ca_file = " + certificates.ca() + "\ncert_file = " +
                          certificates.certificate() + "\nkey_file = " + certificates.key());
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
    return std::make_unique<Agent>(mysql_section(own, follow_keys(peer)) + etcd.section("10s"),
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
