#include "agent/mysql_writes.h"

#include <fmt/format.h>

#include <charconv>

namespace ha {
namespace {

std::string value_of(const MysqlRow& row, std::string_view name) {
  const auto found = row.find(name);
  return found == row.end() ? std::string() : found->second.value_or("");
}

std::int64_t number_of(const MysqlRow& row, std::string_view name) {
  const std::string text = value_of(row, name);
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

const char* begins_variable_of(const MysqlClient& client) {
  constexpr unsigned long kMariadb = 110100;
  constexpr unsigned long kMysql = 50720;
  const bool is_new = client.version() >= (client.is_mariadb() ? kMariadb : kMysql);
  return is_new ? "transaction_read_only" : "tx_read_only";
}

}  // namespace

Result<WriteGates> gather_write_gates(MysqlClient& client) {
  WriteGates gates;
  gates.begins_variable = begins_variable_of(client);
  std::string sql = fmt::format(
      "SELECT @@global.innodb_read_only AS frozen, @@global.innodb_force_recovery AS recovery, "
      "@@global.max_connections AS connections, @@global.{} AS begins",
      gates.begins_variable);
  if (!client.is_mariadb()) sql += ", @@global.offline_mode AS offline";
  const auto rows = client.query(sql);
  if (!rows) {
    if (rows.error().kind == ErrorKind::answered) return WriteGates{};
    return tl::unexpected<Error>(rows.error());
  }
  if (rows->empty()) return gates;
  const MysqlRow& row = rows->front();
  gates.innodb_read_only = number_of(row, "frozen") != 0;
  gates.innodb_force_recovery = number_of(row, "recovery");
  gates.max_connections = number_of(row, "connections");
  gates.begins_read_only = number_of(row, "begins") != 0;
  gates.offline_mode = number_of(row, "offline") != 0;
  return gates;
}

std::string taken_from_nobody(const WriteGates& gates, bool mariadb) {
  if (gates.offline_mode) {
    return "offline_mode = ON: it lets nobody in but administrators (SET GLOBAL offline_mode = "
           "OFF)";
  }
  if (gates.innodb_read_only) {
    return "innodb_read_only = ON: InnoDB takes no write (start it without)";
  }
  const std::int64_t from = mariadb ? 5 : 1;
  if (gates.innodb_force_recovery >= from) {
    return fmt::format("innodb_force_recovery = {}: InnoDB takes no write (start it without)",
                       gates.innodb_force_recovery);
  }
  return {};
}

std::string not_taken_from_all(const WriteGates& gates, std::optional<std::int64_t> connections) {
  std::string text;
  if (gates.begins_read_only) {
    text = fmt::format(
        "{0} = ON: whoever connects cannot write, unless he asks for it himself "
        "(SET GLOBAL {0} = OFF)",
        gates.begins_variable);
  }
  if (gates.max_connections > 0 && connections && *connections > gates.max_connections) {
    text += fmt::format("{}every one of max_connections = {} is taken: nobody else gets in",
                        text.empty() ? "" : "; ", gates.max_connections);
  }
  return text;
}

}  // namespace ha
