// May a fenced Redis master become the replica of the new one? Becoming a replica throws away
// whatever the new master does not have, without a word; so it is done only when our data are a
// part of the peer's by replication id and offset. Pure. Source: Redis 7.0 replication.c
// masterTryPartialResync(): an offset beyond second_repl_offset is answered with a full resync,
// which discards the replica's own data set first.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "agent/error.h"
#include "notify/follow_answer.h"

namespace ha {

/// What INFO says that matters here.
struct RedisFacts {
  bool loading = false;
  bool master = false;
  bool empty = true;  ///< no key in any database
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

RedisFacts redis_facts(const std::map<std::string, std::string, std::less<>>& info);

FollowAnswer may_follow(const RedisFacts& own, const RedisFacts& peer);

}  // namespace ha
