// The Redis probe (Redis and Valkey): one INFO, and CONFIG GET only when INFO hints that writes may
// be refused. Source of the fields: redis.io/commands/info, compared with server.c of 7.0.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/redis_situation.h"
#include "checks/probe.h"

namespace ha {

struct RedisHealth {
  RedisFacts facts;  ///< what decides about roles
  std::string version;
  bool loading = false;
  bool cluster = false;
  bool primary = false;  ///< role:master
  // as a replica
  std::string source;  ///< host:port
  bool link_up = false;
  bool sync_in_progress = false;
  std::int64_t link_down_seconds = -1;  ///< -1: not known
  // as a primary
  std::int64_t replicas = 0;
  std::string fence;  ///< why it refuses or delays writes; empty: it takes them
  // durability
  bool save_failed = false;       ///< rdb_last_bgsave_status:err
  bool aof_write_failed = false;  ///< aof_last_write_status:err; Redis then refuses writes
  bool aof_rewrite_failed = false;
  bool memory_full = false;  ///< maxmemory is reached, and nothing may be evicted: writes get OOM
  std::int64_t clients = 0;  ///< connected, replicas not counted
  std::int64_t dataset_bytes = 0;  ///< memory that the keys and values take
};

/// The fact's name that carries it.
constexpr const char* kDatasetFact = "dataset_bytes";

/// Blocks until the deadline at most, except for a resolver that hangs.
Result<RedisHealth> gather_redis(const RedisEndpoint& endpoint, Deadline deadline, Stage& stage);
/// What the role protocol sees of it.
Result<RedisSight> sight_of(const Result<RedisHealth>& health);

struct RedisContext {
  Expectation expect;
  OnStale on_stale = OnStale::refuse;
  bool forced = false;  ///< `promote --force`
  RedisSurroundings around;
};
Finding judge_redis(const RedisConfig& config, const Result<RedisHealth>& facts,
                    const RedisContext& context);

}  // namespace ha
