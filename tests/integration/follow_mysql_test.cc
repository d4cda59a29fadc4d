// A demoted MariaDB primary and the new one.
#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/support/agent.h"
#include "tests/support/certificates.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

namespace fs = std::filesystem;

// What README gives the agent's account.
constexpr const char* kGrants =
    "REPLICA MONITOR, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, BINLOG MONITOR, READ_ONLY "
    "ADMIN, CONNECTION ADMIN, RELOAD, PROCESS";

std::string section(const MariaDb& server, const MariaDb& peer) {
  return fmt::format("[mysql main]\nsocket = {}\nuser = agent\npassword = x\n{}",
                     server.by_socket().socket, follow_keys(peer));
}

// The old primary, writable, and its replica, with three rows on both.
struct Pair {
  MariaDb old_one{semi_sync_args()};
  MariaDb new_one{semi_sync_args()};

  Pair() {
    new_one.replicate_from(old_one);
    old_one.sql(fmt::format("GRANT {} ON *.* TO agent@`%` IDENTIFIED BY 'x'", kGrants));
    old_one.sql("CREATE DATABASE t");
    old_one.sql("CREATE TABLE t.a (i INT PRIMARY KEY)");
    old_one.sql("INSERT INTO t.a VALUES (1), (2), (3)");
    BOOST_REQUIRE(new_one.wait_caught_up(old_one));
    // A commit without a replica must not wait out the timeout in these tests.
    old_one.sql("SET GLOBAL rpl_semi_sync_master_wait_no_slave = OFF");
    new_one.sql("SET GLOBAL read_only = ON");
  }

  // As a promotion leaves it.
  void switch_over() {
    new_one.sql("STOP SLAVE");
    new_one.sql("RESET SLAVE ALL");
    new_one.sql("SET GLOBAL read_only = OFF");
    new_one.sql("INSERT INTO t.a VALUES (11), (12)");
  }

  // A write that reaches the old primary alone.
  void unacknowledged_tail() {
    new_one.sql("STOP SLAVE");
    old_one.sql("INSERT INTO t.a VALUES (4)");
  }
};

std::string rows(const MariaDb& server) {
  return server.value("SELECT GROUP_CONCAT(i ORDER BY i) FROM t.a");
}

std::string last_detail(const Agent& agent) {
  const auto steps = agent.journal("step");
  return steps.empty() ? "" : steps.back().value("detail", "");
}

std::string last_problem(const Agent& agent) {
  const auto ends = agent.journal("end");
  if (ends.empty() || ends.back()["problems"].empty()) return "";
  return ends.back()["problems"][0].get<std::string>();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<fs::path> saved_logs(const Agent& agent) {
  std::vector<fs::path> found;
  const fs::path dir = agent.state_dir() + "/errant";
  if (!fs::exists(dir)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file() && entry.path().filename() != "README") {
      found.push_back(entry.path());
    }
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(follow_mysql)

BOOST_AUTO_TEST_CASE(what_the_primary_still_has_of_an_earlier_link_is_ended_first) {
  Pair pair;
  pair.switch_over();
  const char* const dumps =
      "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'";
  const Agent agent(section(pair.old_one, pair.new_one));
  const TempDir folder;
  Child earlier(
      {"mariadb-binlog", "--read-from-remote-server", "--stop-never", "--host=127.0.0.1",
       fmt::format("--port={}", pair.new_one.port()), "--user=repl", "--password=repl", "--raw",
       "--result-file=" + folder.path() + "/", pair.new_one.value("SHOW BINARY LOGS")},
      folder.path() + "/log");
  BOOST_REQUIRE(wait_for([&] { return pair.new_one.value(dumps) == "1"; }));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(agent.last_outcome() == "done");
  BOOST_TEST(wait_for([&] { return !earlier.running(); }));
  BOOST_TEST(pair.new_one.value(dumps) == "1");
  BOOST_TEST(pair.old_one.wait_caught_up(pair.new_one));
}

BOOST_AUTO_TEST_CASE(a_demoted_primary_follows_the_new_one_and_a_second_run_changes_nothing) {
  Pair pair;
  pair.switch_over();
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(agent.last_outcome() == "done");
  const std::vector<std::string> expected{"mysql main/kill-clients", "mysql main/set-read-only",
                                          "mysql main/kill-if-silent", "mysql main/follow"};
  BOOST_TEST(agent.last_steps() == expected, boost::test_tools::per_element());
  BOOST_TEST(contains(last_detail(agent), "semi-sync is ON with 1 replica"), last_detail(agent));
  BOOST_TEST(pair.old_one.wait_caught_up(pair.new_one));
  BOOST_TEST(rows(pair.old_one) == "1,2,3,11,12");
  BOOST_TEST(pair.old_one.value("SELECT @@global.read_only") == "1");
  BOOST_TEST(pair.old_one.replica_status("Using_Gtid") == "Slave_Pos");
  BOOST_TEST(pair.old_one.replica_status("Connect_Retry") == "1");
  BOOST_TEST(pair.old_one.value("SELECT @@global.rpl_semi_sync_master_enabled") == "1");

  BOOST_TEST(contains(last_problem(agent), "init_rpl_role = SLAVE"), last_problem(agent));

  pair.new_one.sql("INSERT INTO t.a VALUES (13)");
  BOOST_TEST(pair.old_one.wait_caught_up(pair.new_one));
  const std::string threads =
      "SELECT GROUP_CONCAT(id) FROM information_schema.processlist WHERE user = 'system user'";
  const std::string before = pair.old_one.value(threads);
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(pair.old_one.value(threads) == before);
  BOOST_TEST(contains(last_detail(agent), "follows 127.0.0.1"), last_detail(agent));
  BOOST_TEST(saved_logs(agent).empty());
}

BOOST_AUTO_TEST_CASE(stop_does_not_begin_to_follow) {
  Pair pair;
  pair.switch_over();
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_TEST(agent.run({"notify", "STOP"}) == 0);
  BOOST_TEST(!agent.has_step("mysql main", "follow"));
  BOOST_TEST(pair.old_one.replica_status("Slave_IO_Running").empty());
}

BOOST_AUTO_TEST_CASE(an_unacknowledged_tail_is_named_and_its_binary_log_kept_and_nothing_changes) {
  Pair pair;
  pair.old_one.sql("FLUSH BINARY LOGS");
  BOOST_REQUIRE(pair.new_one.wait_caught_up(pair.old_one));
  pair.unacknowledged_tail();
  const std::string tail = pair.old_one.value("SELECT @@global.gtid_binlog_pos");
  // Positions alone would say that the new primary is far past us.
  pair.switch_over();
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(contains(last_detail(agent), "errant: " + tail), last_detail(agent));
  BOOST_TEST(contains(last_problem(agent), tail), last_problem(agent));
  BOOST_TEST(rows(pair.old_one) == "1,2,3,4");
  BOOST_TEST(pair.old_one.value("SELECT @@global.gtid_binlog_pos") == tail);
  BOOST_TEST(pair.old_one.value("SELECT @@global.read_only") == "1");
  BOOST_TEST(pair.old_one.replica_status("Slave_IO_Running").empty());

  const auto logs = saved_logs(agent);
  BOOST_REQUIRE(logs.size() == 1);  // the newer of two: the older one holds nothing errant
  BOOST_TEST(logs[0].filename() == "bin.000002");
  BOOST_TEST((fs::status(logs[0]).permissions() == fs::perms(0640)));
  BOOST_TEST(read_text(logs[0]) == read_text(pair.old_one.dir() + "/data/bin.000002"));

  const auto inode = [&] {
    struct stat st {};
    ::stat(logs[0].c_str(), &st);
    return st.st_ino;
  };
  const auto before = inode();
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(contains(last_detail(agent), "binary logs are in"), last_detail(agent));
  BOOST_TEST(inode() == before);
  BOOST_TEST(saved_logs(agent).size() == 1);
  BOOST_TEST(contains(last_problem(agent), tail));
}

BOOST_AUTO_TEST_CASE(binary_logs_that_cannot_be_saved_are_told_with_the_command_to_save_them) {
  Pair pair;
  pair.unacknowledged_tail();
  pair.switch_over();
  const Agent agent(section(pair.old_one, pair.new_one), "errant_dir = /dev/null/errant");
  BOOST_TEST(agent.run({"notify", "FAULT"}) == 0);
  BOOST_TEST(contains(last_problem(agent), "NOT be saved"), last_problem(agent));
  BOOST_TEST(contains(last_problem(agent), "cp -p " + pair.old_one.dir() + "/data/bin.000001"));
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_read_only_is_waited_for_only_by_a_former_master) {
  Pair pair;
  pair.unacknowledged_tail();
  pair.new_one.sql("RESET SLAVE ALL");
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(contains(last_detail(agent), "the peer is read-only"), last_detail(agent));
  BOOST_TEST(pair.old_one.replica_status("Slave_IO_Running").empty());
  BOOST_TEST(saved_logs(agent).empty());
}

BOOST_AUTO_TEST_CASE(a_former_master_follows_as_soon_as_the_peer_is_promoted) {
  Pair pair;
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  Child hook = agent.start({"notify", "BACKUP"});
  BOOST_REQUIRE(wait_for([&] { return agent.has_step("mysql main", "set-read-only"); }));
  BOOST_TEST(!agent.has_step("mysql main", "follow"));
  pair.switch_over();
  BOOST_TEST(hook.wait() == 0);
  BOOST_TEST(pair.old_one.wait_caught_up(pair.new_one));
  BOOST_TEST(rows(pair.old_one) == "1,2,3,11,12");
}

BOOST_AUTO_TEST_CASE(a_newer_event_ends_the_wait_for_the_peer) {
  Pair pair;
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_REQUIRE(agent.run({"notify", "MASTER"}) == 0);
  Child hook = agent.start({"notify", "BACKUP"});
  BOOST_REQUIRE(wait_for([&] { return agent.has_step("mysql main", "set-read-only"); }));
  BOOST_TEST(agent.run({"notify", "MASTER"}) == 0);  // left to the holder of the lock
  hook.wait();
  BOOST_TEST(pair.old_one.value("SELECT @@global.read_only") == "0");
}

BOOST_AUTO_TEST_CASE(a_silent_peer_leaves_the_server_read_only_and_alone) {
  Pair pair;
  pair.switch_over();
  pair.new_one.freeze();
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  pair.new_one.thaw();
  BOOST_TEST(contains(last_detail(agent), "the peer does not answer"), last_detail(agent));
  BOOST_TEST(pair.old_one.replica_status("Slave_IO_Running").empty());
  BOOST_TEST(pair.old_one.value("SELECT @@global.read_only") == "1");
}

BOOST_AUTO_TEST_CASE(a_run_that_was_killed_before_start_is_finished_by_the_next) {
  Pair pair;
  pair.switch_over();
  pair.old_one.sql("SET GLOBAL read_only = ON");
  const Agent agent(section(pair.old_one, pair.new_one));
  // Killed after the position was set, and after CHANGE.
  pair.old_one.sql("SET GLOBAL gtid_slave_pos = @@global.gtid_binlog_pos");
  pair.old_one.sql("CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=" +
                   std::to_string(pair.new_one.port()) + ", MASTER_USE_GTID=slave_pos");
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(pair.old_one.wait_caught_up(pair.new_one));
  // Killed after STOP, with a source that runs no more.
  pair.old_one.sql("STOP SLAVE");
  pair.new_one.sql("INSERT INTO t.a VALUES (13)");
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(pair.old_one.wait_caught_up(pair.new_one));
  BOOST_TEST(rows(pair.old_one) == "1,2,3,11,12,13");
}

BOOST_AUTO_TEST_CASE(a_running_replica_of_another_source_is_not_disturbed) {
  Pair pair;
  MariaDb third(semi_sync_args());
  third.replicate_from(pair.old_one);
  third.sql("STOP SLAVE");
  third.sql("RESET SLAVE ALL");
  pair.old_one.sql("SET GLOBAL gtid_slave_pos = @@global.gtid_binlog_pos");
  pair.old_one.replicate_from(third);
  pair.old_one.sql("SET GLOBAL read_only = ON");
  pair.switch_over();
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(pair.old_one.replica_status("Master_Port") == std::to_string(third.port()));
  BOOST_TEST(pair.old_one.replica_status("Slave_IO_Running") == "Yes");
  BOOST_TEST(contains(last_problem(agent), "left alone"), last_problem(agent));

  // Once that source is gone, the peer takes its place.
  third.kill9();
  BOOST_REQUIRE(wait_for([&] { return pair.old_one.replica_status("Slave_IO_Running") != "Yes"; }));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(pair.old_one.wait_caught_up(pair.new_one));
}

BOOST_AUTO_TEST_CASE(binary_logs_that_the_peer_has_purged_are_told_as_what_they_are) {
  Pair pair;
  pair.switch_over();
  pair.new_one.sql("FLUSH BINARY LOGS");
  pair.new_one.sql("FLUSH BINARY LOGS");
  // A purge spares the log that a crash would need.
  BOOST_REQUIRE(wait_for([&] {
    pair.new_one.sql("PURGE BINARY LOGS TO 'bin.000003'");
    return pair.new_one.sql("SHOW BINARY LOGS").size() == 1;
  }));
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(contains(last_detail(agent), "1236"), last_detail(agent));
  BOOST_TEST(contains(last_problem(agent), "purged"), last_problem(agent));
  BOOST_TEST(rows(pair.old_one) == "1,2,3");
  BOOST_TEST(saved_logs(agent).empty());
}

BOOST_AUTO_TEST_CASE(semi_sync_that_got_lost_on_a_replica_is_switched_on_again) {
  Pair pair;
  pair.switch_over();
  const Agent agent(section(pair.old_one, pair.new_one));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  pair.old_one.sql("SET GLOBAL rpl_semi_sync_slave_enabled = OFF");
  pair.old_one.sql("STOP SLAVE IO_THREAD");
  pair.old_one.sql("START SLAVE IO_THREAD");
  BOOST_REQUIRE(pair.old_one.wait_caught_up(pair.new_one));
  const auto clients = [&] { return pair.new_one.status("Rpl_semi_sync_master_clients"); };
  BOOST_REQUIRE(wait_for([&] { return clients() == "0"; }));
  BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
  BOOST_TEST(wait_for([&] { return clients() == "1"; }));
  BOOST_TEST(pair.old_one.wait_caught_up(pair.new_one));
}

// The reason for three of the settings that README demands.
BOOST_AUTO_TEST_CASE(a_crashed_primary_without_its_unacknowledged_tail_follows) {
  for (const bool truncates : {true, false}) {
    Pair pair;
    pair.old_one.sql("SET GLOBAL rpl_semi_sync_master_wait_no_slave = ON");
    pair.old_one.sql("SET GLOBAL rpl_semi_sync_master_timeout = 60000");
    pair.old_one.sql("SET GLOBAL rpl_semi_sync_master_wait_point = AFTER_SYNC");
    pair.new_one.freeze();
    const std::string before = pair.old_one.value("SELECT @@global.gtid_binlog_pos");
    Child writer({"mariadb", "--no-defaults", "-uroot", "-S" + pair.old_one.by_socket().socket,
                  "-e", "INSERT INTO t.a VALUES (4)"},
                 pair.old_one.dir() + "/writer.log");
    BOOST_REQUIRE(
        wait_for([&] { return pair.old_one.value("SELECT @@global.gtid_binlog_pos") != before; }));
    pair.old_one.kill9();
    writer.wait();
    // It may lie in the replica's socket; what a vanished host has sent must not come.
    pair.new_one.kill9();
    pair.new_one.start({"--skip-slave-start"});
    pair.switch_over();
    pair.old_one.start(truncates ? std::vector<std::string>{"--init-rpl-role=SLAVE", "--read-only"}
                                 : std::vector<std::string>{"--read-only"});
    const Agent agent(section(pair.old_one, pair.new_one));
    BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
    if (truncates) {
      BOOST_TEST(pair.old_one.wait_caught_up(pair.new_one));
      BOOST_TEST(rows(pair.old_one) == "1,2,3,11,12");
    } else {
      BOOST_TEST(rows(pair.old_one) == "1,2,3,4");
      BOOST_TEST(contains(last_detail(agent), "errant"), last_detail(agent));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_replica_speaks_tls_as_ssl_mode_says) {
  const Certificates ours;
  std::vector<std::string> args = semi_sync_args();
  args.insert(args.end(), {"--ssl-ca=" + ours.ca(), "--ssl-cert=" + ours.certificate(),
                           "--ssl-key=" + ours.key()});
  MariaDb old_one(args);
  MariaDb new_one(args);
  new_one.replicate_from(old_one);
  new_one.sql("STOP SLAVE");
  new_one.sql("RESET SLAVE ALL");
  old_one.sql("SET GLOBAL read_only = ON");
  const std::string base = section(old_one, new_one);
  const auto with = [&](const std::string& keys) {
    std::string text = base;
    const std::string account = "user = agent\npassword = x\n";
    text.replace(text.find(account), account.size(), "user = root\n" + keys + "\n");
    const Agent agent(text);
    BOOST_TEST(agent.run({"notify", "BACKUP"}) == 0);
    const std::string detail = last_detail(agent);
    BOOST_TEST(contains(detail, "follows"), detail);
    return old_one.replica_status("Master_SSL_Allowed") + " " +
           old_one.replica_status("Master_SSL_Verify_Server_Cert") + " " +
           old_one.replica_status("Slave_IO_Running");
  };
  BOOST_TEST(with("ssl_mode = verify-identity\nssl_ca = " + ours.ca()) == "Yes Yes Yes");
  old_one.sql("STOP SLAVE");
  BOOST_TEST(with("ssl_mode = required") == "Yes No Yes");
  old_one.sql("STOP SLAVE");
  BOOST_TEST(with("ssl_mode = disabled") == "No No Yes");
}

BOOST_AUTO_TEST_SUITE_END()
