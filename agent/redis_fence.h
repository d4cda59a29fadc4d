// How a Redis master is kept from taking writes: min-replicas-to-write set beyond any number of
// replicas. Why not CLIENT PAUSE: it ends by itself, it leaves clients hanging instead of telling
// them, and what they sent meanwhile is executed and acknowledged when it ends.
// min-replicas-to-write refuses at once with NOREPLICAS, can be read back, and survives a restart
// through CONFIG REWRITE. It bites only where min-replicas-max-lag is not 0 (Redis 7.0 server.c
// processCommand, replication.c checkGoodReplicasStatus), and on masters alone: replicas keep it,
// and are not disturbed by it. The operator's own value is kept inside the fence's, so that lifting
// it needs no file: pure arithmetic.
//
// A server that the agent manages never *starts* taking writes, as MySQL has read_only=1: its
// configuration is written while the fence is up, and the fence is lifted by CONFIG SET alone. A
// primary's file names a replicaof besides, one where nobody answers: a replica without a link
// gives nothing to its own replicas (NOMASTERLINK), so that one which was reborn empty wipes
// nobody; and, other than a replica of the peer, it takes nothing from anybody before what it has
// and the peer lacks is kept aside.
#pragma once
#include <cstdint>
#include <optional>

namespace ha {

constexpr std::int64_t kRedisFence = 1'000'000;
constexpr std::int64_t kRedisFenceLagWasOff = 500'000;  ///< added when min-replicas-max-lag was 0
constexpr std::int64_t kRedisDefaultMaxLag = 10;        ///< Redis' own default, in seconds

/// The replicaof of a primary's configuration file. An address, for Redis waits for a name server;
/// tcpmux (1) is root's to open.
constexpr const char* kRedisNobodyHost = "127.0.0.1";
constexpr int kRedisNobodyPort = 1;

struct RedisFence {
  std::int64_t min_replicas = 0;  ///< the operator's value
  bool lag_was_off = false;

  std::int64_t value() const {
    return kRedisFence + (lag_was_off ? kRedisFenceLagWasOff : 0) + min_replicas;
  }
  /// nullopt when `value` is no fence of ours.
  static std::optional<RedisFence> from(std::int64_t value) {
    if (value < kRedisFence) return std::nullopt;
    RedisFence fence{value - kRedisFence, false};
    if (fence.min_replicas >= kRedisFenceLagWasOff) {
      fence.min_replicas -= kRedisFenceLagWasOff;
      fence.lag_was_off = true;
    }
    return fence;
  }
};

}  // namespace ha
