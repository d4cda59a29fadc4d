#include "notify/mysql_old_dump.h"

#include <fmt/format.h>

#include <thread>

namespace ha {
namespace {

constexpr int kNoSuchThread = 1094;  // ER_NO_SUCH_THREAD
constexpr Millis kPoll{20};

// HOST is address:port, and the address may be an IPv6 one.
std::string find_them(MysqlClient& primary, const std::string& user) {
  return fmt::format(
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%' AND "
      "USER = {} AND LEFT(HOST, LENGTH(HOST) - LENGTH(SUBSTRING_INDEX(HOST, ':', -1)) - 1) = "
      "SUBSTRING_INDEX(USER(), '@', -1)",
      primary.quote(user));
}

}  // namespace

Result<int> end_old_dumps(MysqlClient& primary, const std::string& user, Deadline deadline) {
  const std::string sql = find_them(primary, user);
  int found = 0;
  for (bool first = true;; first = false) {
    auto rows = primary.query(sql);
    if (!rows) return tl::unexpected(rows.error());
    if (first) found = static_cast<int>(rows->size());
    if (rows->empty() || (!first && deadline.expired())) return found;
    if (first) {
      for (const MysqlRow& row : *rows) {
        auto killed = primary.exec("KILL " + row.at("id").value_or("0"));
        if (!killed && killed.error().code != kNoSuchThread) return tl::unexpected(killed.error());
      }
    }
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace ha
