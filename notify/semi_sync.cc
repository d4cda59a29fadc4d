#include "notify/semi_sync.h"

#include <fmt/format.h>

namespace ha {

Result<bool> match_wait_to_replicas(MysqlClient& client, const SemiSync& semi_sync) {
  const bool wait = semi_sync.clients > 0;
  if (semi_sync.wait_variable.empty() || semi_sync.wait_without_replica == wait) return wait;
  auto set =
      client.exec(fmt::format("SET GLOBAL {} = {}", semi_sync.wait_variable, wait ? "ON" : "OFF"));
  if (!set) return tl::unexpected(set.error());
  return wait;
}

Result<bool> release_semi_sync_waiters(MysqlClient& client, const SemiSync& semi_sync) {
  auto rows = client.query(
      fmt::format("SHOW GLOBAL STATUS LIKE '{}_wait_sessions'", semi_sync.source_prefix));
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return false;
  const auto value = rows->front().find("Value");
  if (value == rows->front().end() || value->second.value_or("0") == "0") return false;
  for (const char* word : {"OFF", "ON"}) {
    auto set =
        client.exec(fmt::format("SET GLOBAL {}_enabled = {}", semi_sync.source_prefix, word));
    if (!set) return tl::unexpected(set.error());
  }
  return true;
}

}  // namespace ha
