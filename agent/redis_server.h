// What a Redis or Valkey server says about itself that matters for roles, and what two of them hold
// compared with each other. Pure. Source: Redis 7.0 server.c genRedisInfoString(), replication.c
// masterTryPartialResync().
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "agent/protocol.h"

namespace ha {

/// What INFO says that matters here.
struct RedisFacts {
  bool loading = false;
  bool master = false;
  bool empty = true;  ///< no key in any database
  std::string run_id;
  std::string replid;
  std::string replid2;
  std::int64_t offset = 0;  ///< master_repl_offset
  std::int64_t second_offset =
      -1;                   ///< second_repl_offset: history under replid2 ends right before it
  std::string source_host;  ///< of a replica
  int source_port = 0;
  bool link_up = false;  ///< of a replica
  bool syncing = false;  ///< of a replica: in the midst of a full sync
  int replicas = 0;      ///< connected ones
};

/// The replica of nobody that a former primary starts as (agent/redis_fence.h).
bool waits_for_role(const RedisFacts& facts);

RedisFacts redis_facts(const std::map<std::string, std::string, std::less<>>& info);

/// What `one` holds compared with `other`, by replication id and offset. Histories that have
/// nothing in common count as diverged: Redis cannot tell what they share.
Holds compare_holds(const RedisFacts& one, const RedisFacts& other);

}  // namespace ha
