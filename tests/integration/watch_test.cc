// The resident half beside real servers.
#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/event.h"
#include "agent/record.h"
#include "notify/role_lock.h"
#include "tests/support/agent.h"
#include "tests/support/certificates.h"
#include "tests/support/frozen.h"
#include "tests/support/http_server.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

std::string read_only(const MariaDb& server) {
  return server.value("SELECT @@global.read_only");
}

// A server, its agent, and watch running.
struct Watched {
  MariaDb server;
  Agent agent;
  Child watch;

  explicit Watched(const std::string& agent_keys = "")
      : server({"--read-only"}), agent(mysql_section(server), agent_keys) {
    start();
  }
  void start() {
    watch = agent.start({"watch"});
    BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  }
  int notify(const std::string& state) const {
    return agent.run({"notify", "INSTANCE", "VI_1", state, "100"});
  }
  bool becomes(const std::string& read_only_is) const {
    return wait_for([&] {
      try {
        return read_only(server) == read_only_is;
      } catch (const std::runtime_error&) {
        return false;  // restarting, or this very session was ended
      }
    });
  }
  // Whoever did the last transition.
  std::int64_t worker() const { return agent.role()["pid"].get<std::int64_t>(); }
  bool ended(std::size_t transitions) const {
    return wait_for([&] { return agent.journal("end").size() == transitions; });
  }
};

// This node's server, read-only, and the peer's, which has it all and followed until now.
struct Apart {
  MariaDb own{semi_sync_args()};
  MariaDb peer{semi_sync_args()};

  Apart() {
    peer.replicate_from(own);
    own.sql("CREATE DATABASE t");
    BOOST_REQUIRE(peer.wait_caught_up(own));
    peer.sql("STOP ALL SLAVES");
    peer.sql("RESET SLAVE ALL");
    own.sql("SET GLOBAL read_only = ON");
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(watch)

BOOST_AUTO_TEST_CASE(the_hook_records_and_watch_does_the_work) {
  Watched node;
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.becomes("0"));
  BOOST_TEST(node.ended(1));
  BOOST_TEST(node.worker() == node.watch.pid());
  BOOST_TEST(node.notify("FAULT") == 0);
  BOOST_TEST(node.becomes("1"));
  BOOST_TEST(node.ended(2));
  BOOST_TEST(node.worker() == node.watch.pid());
}

BOOST_AUTO_TEST_CASE(a_frozen_watch_demotes_nobody_so_the_hook_does) {
  Watched node;
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.ended(1));
  // Frozen while it still holds the lock it would be somebody who hangs in a step: another test.
  BOOST_REQUIRE(
      RoleLock::acquire({node.agent.state_dir()}, Deadline::in(Millis{10'000})).has_value());
  freeze(node.watch.pid());
  BOOST_TEST(node.notify("FAULT") == 0);
  BOOST_TEST(read_only(node.server) == "1");
  BOOST_TEST(node.worker() != node.watch.pid());
}

BOOST_AUTO_TEST_CASE(stopping_and_starting_it_changes_no_role) {
  Watched node;
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.ended(1));
  node.watch.signal(SIGTERM);
  BOOST_TEST(node.watch.wait() == 0);
  BOOST_TEST(read_only(node.server) == "0");
  node.start();
  // Its record of a second look shows that it has reconciled.
  const auto seen = [&] { return record_or_void({node.agent.state_dir()}, "mysql main").seen_ms; };
  const auto before = seen();
  node.server.sql("CREATE DATABASE moves_the_coordinates");
  BOOST_TEST(wait_for([&] { return seen() > before; }));
  BOOST_TEST(read_only(node.server) == "0");
  BOOST_TEST(node.agent.journal("end").size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_that_was_restarted_under_a_master_is_promoted_again) {
  Watched node;
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.ended(1));
  // Uptime counts whole seconds; a process is told from the next by more than two of them.
  BOOST_REQUIRE(wait_for([&] { return std::stoi(node.server.status("Uptime")) >= 3; }));
  node.server.kill9();
  node.server.start();
  BOOST_TEST(node.becomes("0"));
  BOOST_TEST(node.ended(2));
  const auto begun = node.agent.journal("begin").back();
  BOOST_TEST(begun["why"].get<std::string>().find("restarted") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(read_only_set_by_hand_on_a_running_server_stays) {
  Watched node;
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.ended(1));
  node.server.sql("SET GLOBAL read_only = ON");
  const auto state = [&] { return record_or_void({node.agent.state_dir()}, "mysql main"); };
  // Two looks later it still is.
  for (int look = 0; look < 2; ++look) {
    const auto before = state().seen_ms;
    node.server.sql("SET GLOBAL read_only = OFF");
    node.server.sql("CREATE DATABASE look" + std::to_string(look));
    node.server.sql("SET GLOBAL read_only = ON");
    BOOST_TEST(wait_for([&] { return state().seen_ms > before; }));
  }
  BOOST_TEST(read_only(node.server) == "1");
  BOOST_TEST(node.agent.journal("end").size() == 1U);
  BOOST_TEST(node.agent.run({"check"}) == 1);
}

BOOST_AUTO_TEST_CASE(a_standby_that_takes_writes_is_demoted) {
  Watched node;
  BOOST_TEST(node.notify("BACKUP") == 0);
  BOOST_TEST(node.ended(1));
  node.server.sql("SET GLOBAL read_only = OFF");
  BOOST_TEST(node.becomes("1"));
  BOOST_TEST(node.ended(2));
}

// ha-agent is installed on a pair that serves: between the start of watch and keepalived's first
// word nobody loses the role.
BOOST_AUTO_TEST_CASE(a_server_that_serves_goes_on_until_keepalived_speaks_for_the_first_time) {
  Watched node;
  node.server.sql("SET GLOBAL read_only = OFF");
  const auto seen = [&] { return record_or_void({node.agent.state_dir()}, "mysql main").seen_ms; };
  for (int look = 0; look < 3; ++look) {
    const auto before = seen();
    node.server.sql("CREATE DATABASE look" + std::to_string(look));
    BOOST_TEST(wait_for([&] { return seen() > before; }));
  }
  BOOST_TEST(read_only(node.server) == "0");
  BOOST_TEST(node.agent.journal("begin").empty());
  BOOST_TEST(node.notify("BACKUP") == 0);
  BOOST_TEST(node.becomes("1"));
}

// The loopback address stands for a VIP that is here. A hook that is killed before it has recorded
// its event, or that finds the disk full, leaves the newest event on disk behind what is so.
BOOST_AUTO_TEST_CASE(where_the_vip_is_nobody_that_serves_is_demoted_after_a_lost_master_event) {
  Watched node("vip = 127.0.0.1");
  BOOST_TEST(node.notify("BACKUP") == 0);
  BOOST_TEST(node.ended(1));
  std::string output;
  BOOST_TEST(node.agent.run({"check"}, &output) == 1, output);
  BOOST_TEST(output.find("read-only") != std::string::npos, output);
  node.server.sql("SET GLOBAL read_only = OFF");
  // By then watch has looked, and has done what it does about it.
  BOOST_TEST(
      wait_for([&] { return record_or_void({node.agent.state_dir()}, "mysql main").sole_holder; }));
  BOOST_TEST(node.notify("MASTER") == 0);
  BOOST_TEST(node.ended(2));
  BOOST_TEST(node.agent.journal("begin").back()["to"] == "MASTER");
  BOOST_TEST(node.agent.run({"check"}, &output) == 0, output);
  BOOST_TEST(read_only(node.server) == "0");
}

BOOST_AUTO_TEST_CASE(a_standby_follows_after_a_lost_backup_event) {
  const Apart pair;
  const Agent agent(mysql_section(pair.own, follow_keys(pair.peer)), "vip = 192.0.2.250");
  // Refused: the VIP is not here.
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 1);
  pair.peer.sql("SET GLOBAL read_only = OFF");
  const Child watch = agent.start({"watch"});
  BOOST_TEST(wait_for([&] { return pair.own.replica_status("Slave_IO_Running") == "Yes"; }));
}

BOOST_AUTO_TEST_CASE(a_standby_follows_though_the_first_event_of_its_boot_was_lost) {
  const Apart pair;
  const Agent agent(mysql_section(pair.own, follow_keys(pair.peer)), "vip = 192.0.2.250");
  const StateDir dir{agent.state_dir()};
  BOOST_REQUIRE(dir.prepare().has_value());
  // It was a master before the machine was started again; keepalived's hook was killed since.
  Event event;
  event.hook = ProcessId::self();
  event.hook.boot_id = "00000000-0000-0000-0000-000000000000";
  event.id = "20261120T101500.123-1-1";
  event.instance = "VI_1";
  event.state = State::master;
  event.told = true;
  BOOST_REQUIRE(record_event(dir, event).has_value());
  pair.peer.sql("SET GLOBAL read_only = OFF");
  const Child watch = agent.start({"watch"});
  BOOST_TEST(wait_for([&] { return pair.own.replica_status("Slave_IO_Running") == "Yes"; }));
}

BOOST_AUTO_TEST_CASE(what_a_killed_hook_left_is_finished) {
  MariaDb server({"--read-only"});
  const Agent agent(mysql_section(server));
  // As if its hook had been killed right after it had recorded the event.
  const StateDir dir{agent.state_dir()};
  BOOST_REQUIRE(dir.prepare().has_value());
  Event event;
  event.hook = ProcessId::self();
  event.hook.start_ticks -= 1;
  event.id = "20261120T101500.123-1-1";
  event.instance = "VI_1";
  event.state = State::master;
  BOOST_REQUIRE(record_event(dir, event).has_value());
  const Child watch = agent.start({"watch"});
  BOOST_TEST(wait_for([&] { return read_only(server) == "0"; }));
  BOOST_TEST(wait_for([&] { return agent.last_outcome() == "done"; }));
}

BOOST_AUTO_TEST_CASE(what_a_killed_command_left_of_an_event_that_watch_has_handled_is_finished) {
  Watched node;
  node.notify("MASTER");
  BOOST_REQUIRE(node.ended(1));
  std::vector<std::string> argv = node.agent.argv({"promote", "--force", "--reason", "x"});
  argv[0] += "-crash";
  BOOST_REQUIRE(run(argv, nullptr, {{"HA_CRASH_AFTER", "mysql main/lift-read-only"}}) ==
                128 + SIGKILL);
  BOOST_TEST(wait_for([&] { return node.agent.role()["work"] == "done"; }));
  BOOST_TEST(node.worker() == node.watch.pid());
}

BOOST_AUTO_TEST_CASE(events_come_through_a_fifo_too_and_in_their_order) {
  const TempDir place;
  const std::string fifo = place.path() + "/notify";
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  Watched node("notify_fifo = " + fifo);
  std::ofstream(fifo) << "INSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" MASTER_RX_LOWER_PRI 100\n"
                         "INSTANCE \"VI_1\" MASTER 100\n";
  BOOST_TEST(node.becomes("0"));
  BOOST_TEST(wait_for([&] { return node.agent.role()["state"] == "MASTER"; }));
  std::ofstream(fifo) << "INSTANCE \"VI_1\" FAULT 100\n";
  BOOST_TEST(node.becomes("1"));
}

// A service that may write nothing, and the check's user, could not see it: they took it for dead.
BOOST_AUTO_TEST_CASE(whether_it_runs_is_seen_by_whoever_may_only_read) {
  const test::TempDir nobody;
  BOOST_TEST(!watch_runs({nobody.path()}));
  BOOST_TEST(std::filesystem::is_empty(nobody.path()));
  Watched node;
  const auto seen_read_only = [&] {
    std::string words;
    for (const std::string& word : node.agent.argv({"status", "--format", "json"})) {
      words += " '" + word + "'";
    }
    const std::string state = node.agent.state_dir();
    std::string output;
    test::run({"unshare", "--mount", "sh", "-c",
               "mount --bind " + state + " " + state + " && mount -o remount,ro,bind " + state +
                   " && exec" + words},
              &output);
    return nlohmann::json::parse(output).at("watch_runs").get<bool>();
  };
  BOOST_TEST(seen_read_only());
  node.watch.kill();
  BOOST_TEST(!seen_read_only());
}

BOOST_AUTO_TEST_CASE(a_second_watch_and_one_without_resources_leave_with_a_reason) {
  Watched node;
  std::string output;
  BOOST_TEST(node.agent.run({"watch"}, &output) == 1);
  BOOST_TEST(output.find("another watch runs") != std::string::npos);
  const Agent idle("");
  BOOST_TEST(idle.run({"watch"}, &output) == 0);
  BOOST_TEST(output.find("nothing to watch") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_standby_follows_as_soon_as_the_peer_is_the_primary) {
  const Apart pair;
  pair.peer.sql("SET GLOBAL read_only = ON");
  const Agent agent(mysql_section(pair.own, follow_keys(pair.peer)));
  const Child watch = agent.start({"watch"});
  BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "BACKUP", "100"}) == 0);
  BOOST_TEST(wait_for([&] { return agent.journal("end").size() == 1U; }));
  BOOST_TEST(pair.own.replica_status("Slave_IO_Running").empty());  // nobody serves yet
  pair.peer.sql("SET GLOBAL read_only = OFF");
  BOOST_TEST(wait_for([&] { return pair.own.replica_status("Slave_IO_Running") == "Yes"; }));
  // With its source there and waiting for it, the record says that it may be promoted alone.
  BOOST_TEST(wait_for([&] {
    return record_or_void({agent.state_dir()}, "mysql main").freshness == Freshness::fresh;
  }));
}

// A full sync begins seconds later, by default: nothing is amiss meanwhile, and nobody is told so.
BOOST_AUTO_TEST_CASE(a_redis_whose_sync_has_not_begun_yet_is_followed_once) {
  const Redis own;
  const Redis peer({"repl-diskless-sync yes", "repl-diskless-sync-delay 4"});
  const Agent agent(redis_section(own, &peer));
  const Child watch = agent.start({"watch"});
  BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "BACKUP", "100"}) == 0);
  BOOST_TEST(wait_for([&] { return own.info("master_link_status") == "up"; }));
  BOOST_TEST(agent.journal("begin").size() == 1U);
}

BOOST_AUTO_TEST_CASE(commits_wait_for_a_replica_again_once_one_is_back) {
  MariaDb own(semi_sync_args());
  own.sql("SET GLOBAL read_only = ON");
  const Agent agent(mysql_section(own));
  const Child watch = agent.start({"watch"});
  BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  const auto waits = [&] {
    return own.value("SELECT @@global.rpl_semi_sync_master_wait_no_slave");
  };
  BOOST_TEST(wait_for([&] { return agent.last_outcome() == "done"; }));
  BOOST_TEST(waits() == "0");
  BOOST_TEST(record_or_void({agent.state_dir()}, "mysql main").sole_holder);
  MariaDb replica(semi_sync_args());
  replica.replicate_from(own);
  BOOST_TEST(wait_for([&] { return waits() == "1"; }));
  BOOST_TEST(
      wait_for([&] { return !record_or_void({agent.state_dir()}, "mysql main").sole_holder; }));
}

// Its replica may be looked at after it, and then holds what the primary wrote in between.
BOOST_AUTO_TEST_CASE(a_busy_primary_with_its_replica_does_not_serve_alone) {
  MariaDb own(semi_sync_args());
  own.sql("CREATE DATABASE d");
  own.sql("CREATE TABLE d.t (id INT AUTO_INCREMENT PRIMARY KEY)");
  MariaDb replica(semi_sync_args());
  replica.sql("SET GLOBAL read_only = ON");
  replica.replicate_from(own);
  own.sql("SET GLOBAL read_only = ON");
  const Agent agent(mysql_section(own, peer_keys(replica)));
  const Child watch = agent.start({"watch"});
  BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  BOOST_REQUIRE(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  const auto seen = [&] { return record_or_void({agent.state_dir()}, "mysql main"); };
  BOOST_REQUIRE(wait_for([&] {
    const Record record = seen();
    return record.freshness == Freshness::voided && !record.sole_holder;
  }));
  int alone = 0;
  auto client = MysqlClient::connect(own.by_socket(), Millis{5000}, Millis{5000});
  BOOST_REQUIRE(client.has_value());
  for (const Deadline load = Deadline::in(Millis{6000}); !load.expired();) {
    BOOST_REQUIRE(client->query("INSERT INTO d.t VALUES (NULL)").has_value());
    if (seen().sole_holder) ++alone;
  }
  BOOST_TEST(alone == 0);
}

BOOST_AUTO_TEST_CASE(a_server_that_answers_nothing_is_killed_by_its_demotion) {
  MariaDb server({"--read-only"});
  const Agent agent(mysql_section(server), "isolation_timeout = 1s");
  BOOST_REQUIRE(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  server.freeze();
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "FAULT", "100"}) == 0);
  BOOST_TEST(agent.has_step("mysql main", "kill-if-silent"));
  BOOST_TEST(!server.up());
}

// It serves those who do not ask for its certificate.
BOOST_AUTO_TEST_CASE(a_server_whose_certificate_is_not_taken_is_killed_by_its_demotion) {
  const Certificates ours;
  const Certificates others;
  MariaDb server({"--read-only", "--ssl-ca=" + ours.ca(), "--ssl-cert=" + ours.certificate(),
                  "--ssl-key=" + ours.key()});
  const Agent agent(
      fmt::format("[mysql main]\nhost = 127.0.0.1\nport = {}\nuser = root\n"
                  "ssl_mode = verify-identity\nssl_ca = {}\n",
                  server.port(), ours.ca()));
  BOOST_REQUIRE(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  BOOST_REQUIRE(server.value("SELECT @@global.read_only") == "0");
  std::filesystem::copy_file(others.ca(), ours.ca(),
                             std::filesystem::copy_options::overwrite_existing);
  agent.run({"notify", "INSTANCE", "VI_1", "FAULT", "100"});
  BOOST_TEST(agent.has_step("mysql main", "kill-if-silent"));
  BOOST_TEST(!server.up());
}

// It may take writes, the peer may be promoted any moment, and nobody can set it read-only. It is
// not killed again and again when it lets nobody in afterwards either.
BOOST_AUTO_TEST_CASE(an_isolated_master_whose_server_lets_nobody_in_is_ended_once) {
  MariaDb server({"--read-only"});
  server.sql("CREATE USER agent@localhost IDENTIFIED BY 'right'");
  server.sql("GRANT ALL ON *.* TO agent@localhost");
  HttpServer witness;
  const Agent agent(
      fmt::format("[mysql main]\nsocket = {}\nuser = agent\npassword = right\npeer_host = "
                  "127.0.0.1\npeer_port = {}\n[witness w]\ntype = http\nurl = {}\n",
                  server.by_socket().socket, free_port(), witness.url()),
      "isolation_timeout = 1s\ncheck_reaction = 1s");
  const Child watch = agent.start({"watch"});
  BOOST_REQUIRE(wait_for([&] { return watch_runs({agent.state_dir()}); }));
  BOOST_REQUIRE(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  BOOST_REQUIRE(wait_for([&] { return agent.journal("end").size() == 1; }));
  BOOST_REQUIRE(read_only(server) == "0");
  server.sql("SET PASSWORD FOR agent@localhost = PASSWORD('other')");
  server.sql("KILL USER agent");
  HttpReply silence;
  silence.silent = true;
  witness.answer_with(silence);
  BOOST_TEST(wait_for([&] { return !server.up(); }));
  BOOST_TEST(wait_for([&] { return agent.role()["work"] == "fenced"; }));
  server.start();
  const std::size_t looks = witness.requests().size();
  BOOST_TEST(wait_for([&] { return witness.requests().size() >= looks + 10; }));
  BOOST_TEST(server.up());
}

BOOST_AUTO_TEST_CASE(a_frozen_standby_is_left_alone) {
  MariaDb server({"--read-only"});
  const Agent agent(mysql_section(server), "isolation_timeout = 1s");
  BOOST_REQUIRE(agent.run({"notify", "INSTANCE", "VI_1", "BACKUP", "100"}) == 0);
  server.freeze();
  agent.run({"notify", "INSTANCE", "VI_1", "FAULT", "100"});
  server.thaw();
  BOOST_TEST(wait_for([&] { return server.up(); }));
}

BOOST_AUTO_TEST_CASE(a_second_promotion_waits_for_min_promote_interval_unless_it_is_forced) {
  MariaDb server({"--read-only"});
  const Agent agent(mysql_section(server), "min_promote_interval = 1h");
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(agent.run({"check"}) == 1);
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 1);
  BOOST_TEST(agent.role()["refusals"][0]["cause"] == "cooldown");
  BOOST_TEST(read_only(server) == "1");
  std::string output;
  BOOST_TEST(agent.run({"promote", "--force"}, &output) == 64);  // a reason belongs to it
  BOOST_TEST(agent.run({"promote", "--force", "--reason", "the other machine burnt"}) == 0);
  BOOST_TEST(read_only(server) == "0");
  BOOST_TEST(agent.journal("force").back()["reason"] == "the other machine burnt");
}

BOOST_AUTO_TEST_SUITE_END()
