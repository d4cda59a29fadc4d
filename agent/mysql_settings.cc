#include "agent/mysql_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace ha {
namespace {

using Remarks = std::vector<SettingRemark>;
using Kind = SettingRemark::Kind;

constexpr Text kAtRestart = Text::setting_at_restart;
constexpr Text kRearmed = Text::setting_rearmed;
constexpr Text kTail = Text::setting_tail;

bool is_on(std::string_view value) {
  return value == "ON" || value == "1" || value == "YES";
}

/// Whether a restart makes this of it, whatever the option files say.
bool is_persisted(const MysqlSettings::Value& value) {
  return !value.persisted.empty() && value.origin != "COMMAND_LINE";
}

/// What the server begins with, from where a value comes now: nullopt when it was changed since.
std::optional<bool> on_at_start(const MysqlSettings::Value& value) {
  if (is_persisted(value)) return is_on(value.persisted);
  constexpr std::array<std::string_view, 3> kChanged{"SQL", "DYNAMIC", ""};
  if (std::find(kChanged.begin(), kChanged.end(), value.origin) != kChanged.end()) return {};
  return is_on(value.value);
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class Judge {
 public:
  Judge(const MysqlSettings& settings, Millis stops_within, std::string_view key)
      : settings_(settings), stops_within_(stops_within), key_(key) {}

  Remarks operator()() {
    at_start("read_only", kAtRestart);
    if (!settings_.mariadb) at_start("super_read_only", kAtRestart);
    now("log_bin", "log_bin = binlog", Text::setting_log_bin);
    const std::string updates = first({"log_replica_updates", "log_slave_updates"});
    now(updates, updates + " = ON", Text::setting_log_updates);
    if (settings_.mariadb) {
      now("gtid_strict_mode", "gtid_strict_mode = ON", Text::setting_gtid_strict);
    } else {
      now("gtid_mode", "gtid_mode = ON", Text::setting_gtid_mode);
      now("enforce_gtid_consistency", "enforce_gtid_consistency = ON",
          Text::setting_gtid_consistency);
    }
    semi_sync();
    return std::move(remarks_);
  }

 private:
  const MysqlSettings::Value* find(std::string_view name) const {
    const auto found = settings_.values.find(name);
    return found == settings_.values.end() ? nullptr : &found->second;
  }

  /// The first of the names that this server has; the first one when it has none.
  std::string first(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
      if (find(name) != nullptr) return std::string(name);
    }
    return std::string(*names.begin());
  }

  void add(Kind kind, std::string_view setting, std::string line, Sentence why) {
    const auto* value = find(setting);
    std::string seen = value != nullptr ? fmt::format("{} = {}", setting, value->value) : "";
    remarks_.push_back(
        {kind, std::string(setting), std::move(seen), std::move(line), std::move(why)});
  }

  /// A line in an option file is no mend of what SET PERSIST wrote.
  void persisted(std::string_view name, Sentence why) {
    remarks_.push_back({Kind::missing, std::string(name),
                        fmt::format("SET PERSIST {} = {}", name, find(name)->persisted),
                        fmt::format("RESET PERSIST {}", name), std::move(why)});
  }

  void now(std::string_view name, std::string line, Text why) {
    const auto* value = find(name);
    if (value == nullptr) return add(Kind::unreadable, name, {}, Text::setting_untold);
    if (is_persisted(*value) && !is_on(value->persisted)) return persisted(name, why);
    if (!is_on(value->value)) add(Kind::missing, name, std::move(line), why);
  }

  void at_start(std::string_view name, Text why) {
    const auto* value = find(name);
    if (value == nullptr) return add(Kind::unreadable, name, {}, Text::setting_untold);
    const auto on = on_at_start(*value);
    if (!on) {
      return add(Kind::unreadable, name, {},
                 value->origin.empty() ? Text::setting_start_untold : Text::setting_set_since);
    }
    if (*on) return;
    if (is_persisted(*value)) return persisted(name, why);
    add(Kind::missing, name, fmt::format("{} = ON", name), why);
  }

  void semi_sync() {
    const std::string source =
        first({"rpl_semi_sync_source_enabled", "rpl_semi_sync_master_enabled"});
    const std::string replica =
        first({"rpl_semi_sync_replica_enabled", "rpl_semi_sync_slave_enabled"});
    const auto enabled = [&](const std::string& name) {
      const auto* value = find(name);
      return value != nullptr && is_on(value->value);
    };
    if (!enabled(source) && !enabled(replica)) return;  // asynchronous by choice
    at_start(source, kRearmed);
    at_start(replica, settings_.mariadb ? kTail : kRearmed);
    if (settings_.mariadb) role_at_start();
    wait_point();
    wait_without_replica();
    timeout();
  }

  void role_at_start() {
    if (settings_.rpl_status.empty()) {
      return add(Kind::unreadable, "init_rpl_role", {}, Text::setting_untold);
    }
    if (settings_.rpl_status == "AUTH_MASTER") {
      add(Kind::missing, "init_rpl_role", "init_rpl_role = SLAVE", kTail);
      remarks_.back().seen = "Rpl_status = AUTH_MASTER";
    }
  }

  void wait_point() {
    const std::string name =
        first({"rpl_semi_sync_source_wait_point", "rpl_semi_sync_master_wait_point"});
    const auto* value = find(name);
    if (value == nullptr) return;
    if (is_persisted(*value) && value->persisted != "AFTER_SYNC") {
      return persisted(name, Text::setting_after_commit);
    }
    if (value->value == "AFTER_SYNC") return;
    add(Kind::missing, name, name + " = AFTER_SYNC", Text::setting_after_commit);
  }

  /// OFF is right while no replica is connected, and that is how a server starts: so not a matter
  /// of its configuration, but of who sets it back.
  void wait_without_replica() {
    const std::string name =
        first({"rpl_semi_sync_source_wait_no_replica", "rpl_semi_sync_master_wait_no_slave"});
    const auto* value = find(name);
    const auto* read_only = find("read_only");
    if (value == nullptr || is_on(value->value) || settings_.semi_sync_replicas == 0) return;
    if (read_only == nullptr || is_on(read_only->value)) return;
    add(Kind::missing, name, fmt::format("SET GLOBAL {} = ON", name),
        Text::setting_wait_no_replica);
  }

  void timeout() {
    const std::string name =
        first({"rpl_semi_sync_source_timeout", "rpl_semi_sync_master_timeout"});
    const auto* value = find(name);
    if (value == nullptr) return;
    const std::int64_t least = stops_within_.count() + 1000;
    if (is_persisted(*value) && number(value->persisted) <= least) {
      return persisted(name,
                       {Text::setting_timeout, {{"key", key_}, {"least", std::to_string(least)}}});
    }
    if (number(value->value) > least) return;
    constexpr std::int64_t kUsual = 10'000;
    add(Kind::missing, name, fmt::format("{} = {}", name, std::max(kUsual, 2 * least)),
        {Text::setting_timeout, {{"key", key_}, {"least", std::to_string(least)}}});
  }

  const MysqlSettings& settings_;
  Millis stops_within_;
  std::string key_;
  Remarks remarks_;
};

constexpr const char* kNames =
    "('read_only','super_read_only','log_bin','log_slave_updates','log_replica_updates',"
    "'gtid_mode','enforce_gtid_consistency','gtid_strict_mode','rpl_semi_sync_master_enabled',"
    "'rpl_semi_sync_source_enabled','rpl_semi_sync_slave_enabled',"
    "'rpl_semi_sync_replica_enabled','rpl_semi_sync_master_wait_point',"
    "'rpl_semi_sync_source_wait_point','rpl_semi_sync_master_wait_no_slave','rpl_semi_sync_source_"
    "wait_no_replica',"
    "'rpl_semi_sync_master_timeout',"
    "'rpl_semi_sync_source_timeout')";

std::string column(const MysqlRow& row, std::string_view name) {
  const auto found = row.find(name);
  return found != row.end() ? found->second.value_or("") : "";
}

void take(const std::vector<MysqlRow>& rows, MysqlSettings& settings) {
  for (const MysqlRow& row : rows) {
    settings.values[column(row, "name")] = {column(row, "value"), column(row, "origin"),
                                            column(row, "persisted")};
  }
}

Status take_status(MysqlClient& client, MysqlSettings& settings) {
  auto rows = client.query(
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Rpl_status','Rpl_semi_sync_master_clients',"
      "'Rpl_semi_sync_source_clients')");
  if (!rows) return tl::unexpected<Error>(std::move(rows.error()));
  for (const MysqlRow& row : *rows) {
    const std::string value = column(row, "Value");
    if (column(row, "Variable_name") == "Rpl_status") {
      settings.rpl_status = value;
    } else {
      settings.semi_sync_replicas = std::max(settings.semi_sync_replicas, number(value));
    }
  }
  return {};
}

}  // namespace

Result<MysqlSettings> gather_settings(MysqlClient& client) {
  MysqlSettings settings;
  settings.mariadb = client.is_mariadb();
  if (auto asked = take_status(client, settings); !asked) {
    return tl::unexpected<Error>(std::move(asked.error()));
  }
  if (settings.mariadb) {
    auto rows = client.query(fmt::format(
        "SELECT LOWER(VARIABLE_NAME) AS name, GLOBAL_VALUE AS value, GLOBAL_VALUE_ORIGIN AS origin "
        "FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_NAME IN {}",
        kNames));
    if (!rows) return tl::unexpected<Error>(std::move(rows.error()));
    take(*rows, settings);
    return settings;
  }
  auto rows = client.query(fmt::format(
      "SELECT LOWER(v.VARIABLE_NAME) AS name, v.VARIABLE_VALUE AS value, i.VARIABLE_SOURCE AS "
      "origin, IF(@@global.persisted_globals_load, p.VARIABLE_VALUE, '') AS persisted FROM "
      "performance_schema.global_variables v JOIN performance_schema.variables_info i ON "
      "i.VARIABLE_NAME = v.VARIABLE_NAME LEFT JOIN performance_schema.persisted_variables p ON "
      "p.VARIABLE_NAME = v.VARIABLE_NAME WHERE v.VARIABLE_NAME IN {}",
      kNames));
  if (rows && !rows->empty()) {
    take(*rows, settings);
    return settings;
  }
  if (!rows && rows.error().kind != ErrorKind::answered) {
    return tl::unexpected<Error>(std::move(rows.error()));
  }
  // MySQL 5.7, or a server without the performance schema: values, and not where they come from.
  auto shown = client.query(fmt::format("SHOW GLOBAL VARIABLES WHERE Variable_name IN {}", kNames));
  if (!shown) return tl::unexpected<Error>(std::move(shown.error()));
  for (const MysqlRow& row : *shown) {
    settings.values[column(row, "Variable_name")] = {column(row, "Value"), {}, {}};
  }
  return settings;
}

std::vector<SettingRemark> judge_settings(const MysqlSettings& settings, Millis stops_within,
                                          std::string_view key) {
  return Judge(settings, stops_within, key)();
}

std::string missing_lines(const std::vector<SettingRemark>& remarks) {
  std::string text;
  for (const SettingRemark& remark : remarks) {
    if (remark.kind != Kind::missing) continue;
    text += (text.empty() ? "" : "; ") + remark.line;
  }
  return text;
}

}  // namespace ha
