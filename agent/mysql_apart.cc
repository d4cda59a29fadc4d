#include "agent/mysql_apart.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace ha {
namespace {

std::string column(const MysqlRow& row, std::string_view name) {
  const auto found = row.find(name);
  return found != row.end() ? found->second.value_or("") : "";
}

/// Whether a value of that variable leaves something out.
bool leaves_out(std::string_view name, std::string_view value) {
  if (name.ends_with("_skip_errors")) return !value.empty() && value != "OFF";
  if (name.ends_with("_exec_mode")) return value != "STRICT";
  if (name.ends_with("_skip_counter")) return value != "0";
  if (name == "replicate_events_marked_for_skip") return value != "REPLICATE";
  return !value.empty();  // MariaDB's filters of the default connection
}

Status gather_variables(MysqlClient& client, std::vector<std::string>& settings) {
  auto rows = client.query(
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('slave_skip_errors','replica_skip_errors',"
      "'slave_exec_mode','replica_exec_mode','sql_slave_skip_counter','sql_replica_skip_counter',"
      "'replicate_events_marked_for_skip','replicate_do_db','replicate_ignore_db',"
      "'replicate_do_table','replicate_ignore_table','replicate_wild_do_table',"
      "'replicate_wild_ignore_table','replicate_rewrite_db')");
  if (!rows) return tl::unexpected<Error>(std::move(rows.error()));
  std::map<std::string, std::string> values;
  for (const MysqlRow& row : *rows) {
    values[column(row, "Variable_name")] = column(row, "Value");
  }
  for (const auto& [name, value] : values) {
    // MySQL has each by its old name, too.
    std::string newer = name;
    if (const auto old = newer.find("slave"); old != std::string::npos) {
      newer.replace(old, 5, "replica");
    }
    if (newer != name && values.contains(newer)) continue;
    if (leaves_out(name, value)) settings.push_back(fmt::format("{} = {}", name, value));
  }
  return {};
}

Status gather_log_filters(MysqlClient& client, std::vector<std::string>& settings) {
  constexpr unsigned long kLogWords = 80200;
  const bool words = !client.is_mariadb() && client.version() >= kLogWords;
  auto rows = client.query(words ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS");
  if (!rows && rows.error().kind != ErrorKind::answered) {
    return tl::unexpected<Error>(std::move(rows.error()));
  }
  if (!rows || rows->empty()) return {};
  for (const char* name : {"Binlog_Do_DB", "Binlog_Ignore_DB"}) {
    const std::string value = column(rows->front(), name);
    if (!value.empty()) settings.push_back(fmt::format("{} = {}", name, value));
  }
  return {};
}

}  // namespace

std::vector<std::string> filters_of(const MysqlRow& replica_status) {
  std::vector<std::string> filters;
  for (const auto& [name, value] : replica_status) {
    if (!name.starts_with("Replicate_") || value.value_or("").empty()) continue;
    filters.push_back(fmt::format("{} = {}", name, *value));
  }
  return filters;
}

Result<std::vector<std::string>> gather_apart(MysqlClient& client) {
  std::vector<std::string> settings;
  if (auto asked = gather_variables(client, settings); !asked) {
    return tl::unexpected<Error>(std::move(asked.error()));
  }
  if (auto asked = gather_log_filters(client, settings); !asked) {
    return tl::unexpected<Error>(std::move(asked.error()));
  }
  return settings;
}

std::vector<std::string> apart_of(const MysqlConfig& config, const MysqlFacts& facts) {
  const auto from_peer = [&](const ReplicaStatus& source) {
    return source.source_host == config.peer_host && source.source_port == config.peer_port;
  };
  const bool known = std::any_of(facts.sources.begin(), facts.sources.end(), from_peer);
  std::vector<std::string> all;
  for (const ReplicaStatus& source : facts.sources) {
    if (known && !from_peer(source)) continue;
    all.insert(all.end(), source.filters.begin(), source.filters.end());
  }
  for (const std::string& setting : facts.apart) {
    // A filter of MariaDB's default connection shows twice.
    const auto same = [&](const std::string& there) {
      return there.size() == setting.size() &&
             std::equal(there.begin(), there.end(), setting.begin(),
                        [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    };
    if (std::none_of(all.begin(), all.end(), same)) all.push_back(setting);
  }
  return all;
}

std::string apart_text(const std::vector<std::string>& settings) {
  return fmt::format("{}", fmt::join(settings, ", "));
}

}  // namespace ha
