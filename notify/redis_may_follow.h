// May a fenced Redis become the replica of the new primary? Becoming a replica throws away whatever
// the primary does not have, without a word; so it is done at once only when our data are a part of
// the peer's by replication id and offset, and else after they were kept aside. Pure. Source: Redis
// 7.0 replication.c masterTryPartialResync(): an offset beyond second_repl_offset is answered with
// a full resync, which discards the replica's own data set first.
#pragma once
#include <string>

#include "agent/redis_server.h"
#include "notify/follow_answer.h"

namespace ha {

FollowAnswer may_follow(const RedisFacts& own, const RedisFacts& peer);

}  // namespace ha
