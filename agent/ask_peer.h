// One bounded question to a server, the own or the peer's: connects, asks, hangs up. Blocks until
// the deadline at most; a call that is late is abandoned (agent/bounded.h). For processes that live
// on, watch keeps connections of its own.
#pragma once
#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/mysql_server.h"
#include "agent/redis_client.h"
#include "agent/redis_situation.h"

namespace ha {

Result<MysqlFacts> ask_mysql(const MysqlEndpoint& endpoint, Deadline deadline, MysqlAsk ask = {});
Result<RedisSight> ask_redis(const RedisEndpoint& endpoint, Deadline deadline);

/// INFO, and the write fence where one may be.
Result<RedisSight> gather_redis_sight(RedisClient& client);

}  // namespace ha
