// Servers that stand in pairs, and the sections that name them.
#pragma once
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/agent.h"
#include "tests/support/tcp_relay.h"

namespace ha::test {

/// This node's MySQL and Redis servers and the peer's.
struct ServerPairs {
  MariaDb own{semi_sync_args()};
  MariaDb peer{semi_sync_args()};
  Redis own_redis;
  Redis peer_redis;

  std::string sections() const {
    return mysql_section(own, follow_keys(peer)) + redis_section(own_redis, &peer_redis);
  }
};

/// A primary and its replica with semi-sync, and the empty table t.a on both.
struct MariaDbPair {
  MariaDb primary;
  MariaDb replica{semi_sync_args()};

  explicit MariaDbPair(std::vector<std::string> primary_args = semi_sync_args())
      : primary(std::move(primary_args)) {
    replica.replicate_from(primary);
    primary.sql("CREATE DATABASE t");
    primary.sql("CREATE TABLE t.a (i INT PRIMARY KEY)");
    if (!replica.wait_caught_up(primary)) throw std::runtime_error("the pair does not follow");
  }
  /// The replica receives by this cable to its primary from now on.
  void replicate_through(const TcpRelay& cable) const {
    replica.sql("STOP SLAVE");
    replica.sql("CHANGE MASTER TO MASTER_PORT = " + std::to_string(cable.port()));
    replica.sql("START SLAVE");
  }
};

}  // namespace ha::test
