// One Redis or Valkey database of this node as the role protocol sees it; see mysql_situation.h.
// Redis acknowledges without waiting for a replica, so a Redis primary always counts as
// unprotected.
#pragma once
#include <optional>

#include "agent/config.h"
#include "agent/error.h"
#include "agent/protocol.h"
#include "agent/redis_server.h"

namespace ha {

/// A server and whether something keeps it from taking writes (agent/redis_fence.h, or its own).
struct RedisSight {
  RedisFacts facts;
  bool takes_writes = false;
};

struct RedisSurroundings {
  Record record;
  WitnessView witness;
  LockView lock;
  bool first_boot = false;
  bool peer_left_behind = false;           ///< agent/left_behind.h
  std::optional<Result<RedisSight>> peer;  ///< nullopt: not asked
};

bool must_ask_peer(const RedisConfig& config, Role role, const RedisSight& own,
                   const RedisSurroundings& around);

/// Whether Redis alone cannot tell which node is to serve, so that left_behind() has to be asked.
bool must_ask_mysql(const Situation& redis);

Situation redis_situation(const RedisConfig& config, const Result<RedisSight>& own,
                          const RedisSurroundings& around);

}  // namespace ha
