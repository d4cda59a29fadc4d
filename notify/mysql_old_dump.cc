#include "notify/mysql_old_dump.h"

#include <fmt/format.h>

#include <thread>

namespace ha {
namespace {

constexpr int kNoSuchThread = 1094;  // ER_NO_SUCH_THREAD
constexpr Millis kPoll{20};

// HOST is address:port, and the address may be an IPv6 one.
constexpr const char* kFromHere =
    "COMMAND LIKE 'Binlog Dump%' AND "
    "LEFT(HOST, LENGTH(HOST) - LENGTH(SUBSTRING_INDEX(HOST, ':', -1)) - 1) = "
    "SUBSTRING_INDEX(USER(), '@', -1)";

Result<int> end_dumps(MysqlClient& server, const std::string& user, const char* where,
                      Deadline deadline) {
  const std::string sql =
      fmt::format("SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = {} AND {}",
                  server.quote(user), where);
  int found = 0;
  for (bool first = true;; first = false) {
    auto rows = server.query(sql);
    if (!rows) return tl::unexpected(rows.error());
    if (first) found = static_cast<int>(rows->size());
    if (rows->empty() || (!first && deadline.expired())) return found;
    if (first) {
      for (const MysqlRow& row : *rows) {
        auto killed = server.exec("KILL " + row.at("id").value_or("0"));
        if (!killed && killed.error().code != kNoSuchThread) return tl::unexpected(killed.error());
      }
    }
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace

Result<int> end_old_dumps(MysqlClient& primary, const std::string& user, Deadline deadline) {
  return end_dumps(primary, user, kFromHere, deadline);
}

Result<int> end_own_dumps(MysqlClient& server, const std::string& user, Deadline deadline) {
  // MySQL counts a killed one for as long as it waits for the acknowledgements' thread: a second.
  return end_dumps(server, user, "(COMMAND LIKE 'Binlog Dump%' OR COMMAND = 'Killed')", deadline);
}

}  // namespace ha
