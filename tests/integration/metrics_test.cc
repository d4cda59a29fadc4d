// `metrics` of the real program, beside real servers.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "tests/support/agent.h"
#include "tests/support/child.h"
#include "tests/support/recording_server.h"
#include "tests/support/server_pairs.h"
#include "tests/support/small_disk.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace ha {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

std::string metrics_of(const test::Agent& agent) {
  std::string output;
  BOOST_TEST(agent.run({"metrics"}, &output) == 0, output);
  return output;
}

/// The value as it stands there; "" when there is none.
std::string value_of(const std::string& text, const std::string& series) {
  const std::string whole = "\n" + text;
  const auto at = whole.find("\n" + series + " ");
  if (at == std::string::npos) return {};
  const auto begin = at + series.size() + 2;
  return whole.substr(begin, whole.find('\n', begin) - begin);
}

/// Every file below it with its content.
std::map<std::string, std::string> content_of(const std::string& folder) {
  std::map<std::string, std::string> all;
  if (!std::filesystem::exists(folder)) return all;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
    all[each.path()] = each.is_regular_file() ? test::read_text(each.path()) : "";
  }
  return all;
}

BOOST_AUTO_TEST_SUITE(metrics_of_a_node)

BOOST_AUTO_TEST_CASE(a_replica_and_a_redis_say_what_rules_ask_for_and_promtool_has_nothing_to_add) {
  test::MariaDb source(test::semi_sync_args());
  std::vector<std::string> args = test::semi_sync_args();
  args.emplace_back("--read-only");
  test::MariaDb replica(args);
  replica.replicate_from(source);
  const test::Redis redis;
  test::RecordingServer hook{{{500, "", {}, false}}};
  const test::Agent agent(
      test::mysql_section(replica) + test::redis_section(redis) +
          "[webhook ops]\nformat = text\nallow_http = yes\nurl = " + hook.url() +
          "\n[alert lag]\nmetric = replication_lag\noperator = >\n"
          "threshold = 30s\n[alert disk]\nmetric = disk_free\noperator = <\n"
          "threshold = 1%\n",
      "deadline = 5s\ninstance = VI_1\n");
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "BACKUP", "100"}) == 0);
  const std::string text = metrics_of(agent);
  BOOST_TEST_CONTEXT(text) {
    for (const char* const line :
         {"ha_agent_vrrp_state{iname=\"VI_1\"} 1", "ha_agent_master 0", "ha_agent_check_code 0",
          "ha_agent_transitions_total{iname=\"VI_1\",to=\"BACKUP\"} 1",
          "ha_agent_transitions_total{iname=\"VI_1\",to=\"MASTER\"} 0",
          "ha_agent_probe_up{kind=\"mysql\",name=\"main\"} 1",
          "ha_agent_probe_up{kind=\"redis\",name=\"cache\"} 1",
          "ha_agent_writable{kind=\"mysql\",name=\"main\"} 0",
          "ha_agent_receiver_running{kind=\"mysql\",name=\"main\"} 1",
          "ha_agent_applier_running{kind=\"mysql\",name=\"main\"} 1",
          "ha_agent_notifications_total{channel=\"ops\"} 1",
          "ha_agent_notifications_failed_total{channel=\"ops\",reason=\"status\"} 1",
          "ha_agent_spool_messages{channel=\"ops\"} 1", "ha_agent_dead_letters_total 0",
          "ha_agent_rule_firing{rule=\"lag\",about=\"mysql main\"} 0", "ha_agent_held 0",
          "ha_agent_maintenance 0", "ha_agent_watch_running 0"}) {
      BOOST_TEST(has_line(text, line), line);
    }
    BOOST_TEST(
        !value_of(text, "ha_agent_replication_lag_seconds{kind=\"mysql\",name=\"main\"}").empty());
    BOOST_TEST(!value_of(text, "ha_agent_state_dir_free_ratio").empty());
    BOOST_TEST(!value_of(text, "ha_agent_last_transition_timestamp_seconds").empty());
    BOOST_TEST(!value_of(text, "ha_agent_spool_oldest_timestamp_seconds{channel=\"ops\"}").empty());
  }

  const test::TempDir temp;
  std::ofstream(temp.path() + "/metrics") << text;
  std::string said;
  if (test::run({"sh", "-c", "command -v promtool"}) == 0) {
    const int code =
        test::run({"sh", "-c", "promtool check metrics < " + temp.path() + "/metrics"}, &said);
    BOOST_TEST(code == 0, said);
    BOOST_TEST(said == "");
  }

  replica.sql("STOP SLAVE SQL_THREAD");
  BOOST_TEST(
      has_line(metrics_of(agent), "ha_agent_applier_running{kind=\"mysql\",name=\"main\"} 0"));
}

BOOST_AUTO_TEST_CASE(a_frozen_server_is_down_and_the_rest_is_told) {
  test::MariaDb server;
  const test::Redis redis;
  const test::Agent agent(test::mysql_section(server) + test::redis_section(redis));
  server.freeze();
  const std::string text = metrics_of(agent);
  server.thaw();
  BOOST_TEST(has_line(text, "ha_agent_probe_up{kind=\"mysql\",name=\"main\"} 0"), text);
  BOOST_TEST(has_line(text, "ha_agent_probe_up{kind=\"redis\",name=\"cache\"} 1"), text);
  BOOST_TEST(has_line(text, "ha_agent_check_code 2"), text);
}

BOOST_AUTO_TEST_CASE(nothing_is_changed_but_the_file_which_everybody_may_read) {
  const test::Redis redis;
  const test::Agent agent(test::redis_section(redis));
  BOOST_TEST(agent.run({"notify", "INSTANCE", "VI_1", "MASTER", "100"}) == 0);
  const auto before = content_of(agent.state_dir());
  const test::TempDir temp;
  const std::string file = temp.path() + "/ha-agent.prom";
  std::ofstream(file) << "old";
  std::string output;
  const mode_t mask = ::umask(0177);
  BOOST_TEST(agent.run({"metrics", "--textfile", file}, &output) == 0, output);
  ::umask(mask);
  BOOST_TEST(output == "");
  BOOST_TEST((content_of(agent.state_dir()) == before));
  const auto files = content_of(temp.path());
  BOOST_REQUIRE(files.size() == 1U);
  BOOST_TEST(has_line(files.at(file), "ha_agent_master 1"));
  struct stat st {};
  BOOST_REQUIRE(::stat(file.c_str(), &st) == 0);
  BOOST_TEST((st.st_mode & 07777U) == 0644U);
}

BOOST_AUTO_TEST_CASE(watch_writes_the_file_that_the_configuration_names) {
  const test::Redis redis;
  const test::TempDir temp;
  const std::string file = temp.path() + "/ha-agent.prom";
  const test::Agent agent(test::redis_section(redis), "metrics_file = " + file);
  const test::Child watch = agent.start({"watch"});
  BOOST_REQUIRE(test::wait_for([&] { return std::filesystem::exists(file); }));
  BOOST_TEST(has_line(test::read_text(file), "ha_agent_probe_up{kind=\"redis\",name=\"cache\"} 1"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_said_in_one_sentence) {
  const test::Agent agent("");
  const test::TempDir temp;
  const auto refused = [&](const std::string& file) {
    std::string output;
    BOOST_TEST(agent.run({"metrics", "--textfile", file}, &output) == 1);
    return output;
  };
  BOOST_TEST(refused("/dev/null") ==
             "ha-agent: metrics: expected a file to write, got /dev/null, which is none\n");
  BOOST_TEST(refused(temp.path()) == "ha-agent: metrics: expected a file to write, got " +
                                         temp.path() + ", which is none\n");
  const std::string nowhere = refused(temp.path() + "/no/such/file.prom");
  BOOST_TEST(nowhere.starts_with("ha-agent: metrics: cannot create " + temp.path()), nowhere);
  BOOST_TEST(nowhere.ends_with(": No such file or directory\n"), nowhere);
}

BOOST_AUTO_TEST_CASE(a_full_disk_keeps_the_old_file_and_leaves_nothing_beside_it,
                     *boost::unit_test::precondition(test::is_root)) {
  const test::TempDir temp;
  const test::SmallDisk disk(temp.path() + "/textfile");
  const std::string file = temp.path() + "/textfile/ha-agent.prom";
  const test::Agent agent("");
  std::string output;
  BOOST_TEST(agent.run({"metrics", "--textfile", file}, &output) == 0, output);
  const std::string old = test::read_text(file);
  disk.fill_up();
  BOOST_TEST(agent.run({"metrics", "--textfile", file}, &output) == 1);
  BOOST_TEST(output.ends_with(": No space left on device\n"), output);
  BOOST_TEST(test::read_text(file) == old);
  BOOST_TEST(content_of(temp.path() + "/textfile").size() == 2U);  // and what fills the disk
  disk.make_room();
  BOOST_TEST(agent.run({"metrics", "--textfile", file}) == 0);
  BOOST_TEST(test::read_text(file) != old);
}

BOOST_AUTO_TEST_CASE(a_role_that_cannot_be_read_writes_nothing) {
  const test::Agent agent("");
  const test::TempDir temp;
  std::filesystem::create_directories(agent.state_dir() + "/role.json");
  std::string output;
  BOOST_TEST(agent.run({"metrics", "--textfile", temp.path() + "/f.prom"}, &output) == 1);
  BOOST_TEST(output.starts_with("ha-agent: metrics: "), output);
  BOOST_TEST(content_of(temp.path()).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
