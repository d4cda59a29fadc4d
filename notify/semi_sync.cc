#include "notify/semi_sync.h"

#include <fmt/format.h>

#include "agent/holds.h"

namespace ha {
namespace {

Status switch_off_and_on(MysqlClient& client, const SemiSync& semi_sync) {
  return client.exec(fmt::format("SET GLOBAL {0}_enabled = OFF, GLOBAL {0}_enabled = ON",
                                 semi_sync.source_prefix));
}

}  // namespace

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
  if (auto set = switch_off_and_on(client, semi_sync); !set) return tl::unexpected(set.error());
  return true;
}

bool is_to_be_rearmed(const MysqlFacts& source, const MysqlFacts& replica) {
  const SemiSync& semi = source.semi_sync;
  if (!source.writable() || !semi.source_enabled || semi.source_on || semi.clients == 0) {
    return false;
  }
  const bool acknowledges = replica.semi_sync.replica_enabled && replica.semi_sync.replica_on &&
                            server_view(replica).receiver == Receiver::running;
  return acknowledges && held_beyond(source, replica) == "";
}

Result<bool> rearm_semi_sync(MysqlClient& client, const SemiSync& semi_sync) {
  if (auto set = switch_off_and_on(client, semi_sync); !set) return tl::unexpected(set.error());
  auto now = gather_mysql(client);
  if (!now) return tl::unexpected(now.error());
  return now->semi_sync.source_enabled && now->semi_sync.source_on;
}

}  // namespace ha
