#include "agent/mysql_settings.h"

#include <boost/test/unit_test.hpp>

namespace ha {
namespace {

using Kind = SettingRemark::Kind;

constexpr Millis kIsolation{5000};

MysqlSettings mariadb() {
  MysqlSettings settings;
  settings.mariadb = true;
  settings.rpl_status = "IDLE_SLAVE";
  settings.values = {{"read_only", {"ON", "CONFIG"}},
                     {"log_bin", {"ON", "COMPILE-TIME"}},
                     {"log_slave_updates", {"ON", "CONFIG"}},
                     {"gtid_strict_mode", {"ON", "CONFIG"}},
                     {"rpl_semi_sync_master_enabled", {"ON", "CONFIG"}},
                     {"rpl_semi_sync_slave_enabled", {"ON", "COMMAND-LINE"}},
                     {"rpl_semi_sync_master_timeout", {"10000", "COMPILE-TIME"}}};
  return settings;
}

MysqlSettings mysql() {
  MysqlSettings settings;
  settings.values = {{"read_only", {"ON", "GLOBAL"}},
                     {"super_read_only", {"ON", "PERSISTED"}},
                     {"log_bin", {"ON", "GLOBAL"}},
                     {"log_replica_updates", {"ON", "COMPILED"}},
                     {"gtid_mode", {"ON", "GLOBAL"}},
                     {"enforce_gtid_consistency", {"ON", "GLOBAL"}},
                     {"rpl_semi_sync_source_enabled", {"ON", "GLOBAL"}},
                     {"rpl_semi_sync_replica_enabled", {"ON", "GLOBAL"}},
                     {"rpl_semi_sync_source_timeout", {"10000", "COMPILED"}}};
  return settings;
}

std::string lines(const MysqlSettings& settings) {
  return missing_lines(judge_settings(settings, kIsolation));
}

std::string unreadable(const MysqlSettings& settings) {
  std::string text;
  for (const SettingRemark& remark : judge_settings(settings, kIsolation)) {
    if (remark.kind == Kind::unreadable) text += remark.setting + " ";
  }
  return text;
}

BOOST_AUTO_TEST_SUITE(mysql_settings)

BOOST_AUTO_TEST_CASE(a_server_as_documented_needs_nothing) {
  BOOST_TEST(judge_settings(mariadb(), kIsolation).empty());
  BOOST_TEST(judge_settings(mysql(), kIsolation).empty());
}

BOOST_AUTO_TEST_CASE(each_missing_setting_is_named_with_its_line) {
  const std::vector<std::pair<std::string, std::string>> of_mariadb{
      {"read_only", "read_only = ON"},
      {"log_bin", "log_bin = binlog"},
      {"log_slave_updates", "log_slave_updates = ON"},
      {"gtid_strict_mode", "gtid_strict_mode = ON"},
      {"rpl_semi_sync_master_enabled", "rpl_semi_sync_master_enabled = ON"},
      {"rpl_semi_sync_slave_enabled", "rpl_semi_sync_slave_enabled = ON"}};
  for (const auto& [name, line] : of_mariadb) {
    MysqlSettings settings = mariadb();
    settings.values[name] = {"OFF", "COMPILE-TIME"};
    BOOST_TEST(lines(settings) == line);
  }
  const std::vector<std::pair<std::string, std::string>> of_mysql{
      {"super_read_only", "super_read_only = ON"},
      {"log_replica_updates", "log_replica_updates = ON"},
      {"gtid_mode", "gtid_mode = ON"},
      {"enforce_gtid_consistency", "enforce_gtid_consistency = ON"},
      {"rpl_semi_sync_replica_enabled", "rpl_semi_sync_replica_enabled = ON"}};
  for (const auto& [name, line] : of_mysql) {
    MysqlSettings settings = mysql();
    settings.values[name] = {"OFF", "COMPILED"};
    BOOST_TEST(lines(settings) == line);
  }
}

BOOST_AUTO_TEST_CASE(the_role_at_start_matters_only_with_semi_sync) {
  MysqlSettings settings = mariadb();
  settings.rpl_status = "AUTH_MASTER";
  BOOST_TEST(lines(settings) == "init_rpl_role = SLAVE");
  settings.rpl_status = "ACTIVE_SLAVE";
  BOOST_TEST(lines(settings).empty());
  settings.rpl_status.clear();
  BOOST_TEST(unreadable(settings) == "init_rpl_role ");
  settings.rpl_status = "AUTH_MASTER";
  settings.values["rpl_semi_sync_master_enabled"] = {"OFF", "COMPILE-TIME"};
  settings.values["rpl_semi_sync_slave_enabled"] = {"OFF", "COMPILE-TIME"};
  BOOST_TEST(judge_settings(settings, kIsolation).empty());
}

BOOST_AUTO_TEST_CASE(what_was_set_since_the_start_is_said_to_be_unreadable_and_not_missing) {
  MysqlSettings settings = mariadb();
  settings.values["read_only"] = {"OFF", "SQL"};
  settings.values["rpl_semi_sync_slave_enabled"] = {"OFF", "SQL"};
  BOOST_TEST(lines(settings).empty());
  BOOST_TEST(unreadable(settings) == "read_only rpl_semi_sync_slave_enabled ");
  settings = mysql();
  settings.values["super_read_only"] = {"ON", "DYNAMIC"};
  settings.values["read_only"] = {"ON", ""};
  BOOST_TEST(unreadable(settings) == "read_only super_read_only ");
  settings.values.erase("gtid_mode");
  BOOST_TEST(unreadable(settings) == "read_only super_read_only gtid_mode ");
}

BOOST_AUTO_TEST_CASE(what_was_persisted_beats_the_option_file) {
  MysqlSettings settings = mysql();
  // Also where it was set otherwise since the start, which tells nothing by itself.
  for (const char* origin : {"GLOBAL", "PERSISTED", "DYNAMIC"}) {
    settings.values["read_only"] = {"ON", origin, "OFF"};
    BOOST_TEST(lines(settings) == "RESET PERSIST read_only");
    BOOST_TEST(judge_settings(settings, kIsolation)[0].seen == "SET PERSIST read_only = OFF");
    settings.values["read_only"] = {"OFF", origin, "ON"};
    BOOST_TEST(judge_settings(settings, kIsolation).empty());
  }
  settings.values["read_only"] = {"ON", "COMMAND_LINE", "OFF"};
  BOOST_TEST(judge_settings(settings, kIsolation).empty());
}

BOOST_AUTO_TEST_CASE(each_setting_is_judged_by_what_was_persisted_too) {
  for (const char* name :
       {"super_read_only", "log_replica_updates", "gtid_mode", "enforce_gtid_consistency",
        "rpl_semi_sync_source_enabled", "rpl_semi_sync_replica_enabled"}) {
    MysqlSettings settings = mysql();
    settings.values[name] = {"ON", "GLOBAL", "OFF"};
    BOOST_TEST(lines(settings) == std::string("RESET PERSIST ") + name);
  }
  MysqlSettings settings = mysql();
  settings.values["rpl_semi_sync_source_timeout"] = {"10000", "GLOBAL", "1000"};
  BOOST_TEST(lines(settings) == "RESET PERSIST rpl_semi_sync_source_timeout");
  settings = mysql();
  settings.values["rpl_semi_sync_source_wait_point"] = {"AFTER_SYNC", "GLOBAL", "AFTER_COMMIT"};
  BOOST_TEST(lines(settings) == "RESET PERSIST rpl_semi_sync_source_wait_point");
}

BOOST_AUTO_TEST_CASE(semi_sync_waits_before_the_commit_and_not_after_it) {
  MysqlSettings settings = mariadb();
  settings.values["rpl_semi_sync_master_wait_point"] = {"AFTER_COMMIT", "COMPILE-TIME"};
  BOOST_TEST(lines(settings) == "rpl_semi_sync_master_wait_point = AFTER_SYNC");
  settings.values["rpl_semi_sync_master_wait_point"] = {"AFTER_SYNC", "CONFIG"};
  BOOST_TEST(lines(settings).empty());
}

BOOST_AUTO_TEST_CASE(a_primary_with_a_replica_waits_for_it_also_once_it_has_gone) {
  MysqlSettings settings = mariadb();
  settings.values["rpl_semi_sync_master_wait_no_slave"] = {"OFF", "SQL"};
  settings.values["read_only"] = {"OFF", "SQL"};
  BOOST_TEST(lines(settings).empty());
  settings.semi_sync_replicas = 1;
  BOOST_TEST(lines(settings) == "SET GLOBAL rpl_semi_sync_master_wait_no_slave = ON");
  settings.values["read_only"] = {"ON", "CONFIG"};
  BOOST_TEST(lines(settings).empty());
}

BOOST_AUTO_TEST_CASE(the_semi_sync_timeout_is_longer_than_the_isolation_timeout_and_a_second) {
  MysqlSettings settings = mariadb();
  settings.values["rpl_semi_sync_master_timeout"].value = "6000";
  BOOST_TEST(lines(settings) == "rpl_semi_sync_master_timeout = 12000");
  settings.values["rpl_semi_sync_master_timeout"].value = "6001";
  BOOST_TEST(lines(settings).empty());
  BOOST_TEST(missing_lines(judge_settings(mariadb(), Millis{200})).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
