#include "notify/mysql_may_follow.h"

#include <fmt/format.h>

#include "agent/holds.h"

namespace ha {
namespace {

using Kind = FollowAnswer::Kind;

FollowAnswer stay(std::string why, std::string errant = {}) {
  return {Kind::stay, std::move(why), std::move(errant)};
}

}  // namespace

FollowAnswer may_follow(const MysqlFacts& own, const MysqlFacts& peer) {
  if (!peer.writable()) return {Kind::wait, "the peer is read-only"};
  if (own.mariadb != peer.mariadb) return stay("one server is MariaDB and the other is MySQL");
  if (own.server_id == peer.server_id) {
    return stay(fmt::format("both servers have server_id {}", own.server_id));
  }
  if (!own.gtid_mode || !peer.gtid_mode) {
    return stay("gtid_mode is not ON on both servers: what they hold cannot be compared");
  }
  if (!peer.log_bin) return stay("the peer has no binary log");
  const auto errant = held_beyond(own, peer);
  if (!errant) {
    // A strict replica asks the primary for exactly its own last transaction, and is refused (1236)
    // by one that does not have it.
    if (own.mariadb && own.log_bin && own.gtid_strict_mode.value_or(false)) {
      return {Kind::follow, "the peer is asked whether it has this server's last transaction"};
    }
    return stay("what the two servers hold cannot be compared");
  }
  if (!errant->empty()) return stay("it has transactions that the peer lacks", *errant);
  if (!own.mariadb) {
    const auto purged = mysql_gtid_subtract(peer.gtid_purged, own.gtid_executed);
    if (!purged || !purged->empty()) {
      return stay(fmt::format("the peer has purged binary logs that this server needs ({})",
                              purged.value_or(peer.gtid_purged)));
    }
  }
  return {Kind::follow, "the peer has all that this server has"};
}

bool is_peer(const ReplicaStatus& source, const MysqlConfig& config) {
  return source.source_host == config.peer_host && source.source_port == config.peer_port;
}

bool source_lacks_position(const ReplicaStatus& source) {
  constexpr int kMasterFatal = 1236;         // ER_MASTER_FATAL_ERROR_READING_BINLOG
  constexpr int kServerSourceFatal = 13114;  // ER_SERVER_SOURCE_FATAL_ERROR_READING_BINLOG
  return source.receiver != Receiver::running &&
         (source.io_errno == kMasterFatal || source.io_errno == kServerSourceFatal);
}

}  // namespace ha
