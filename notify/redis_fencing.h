// Stopping a Redis master's writes and letting them in again (agent/redis_fence.h says how), on the
// own server and on the peer's. Every change is read back. Errors are the connection's or the
// server's own.
#pragma once
#include <cstdint>
#include <string>

#include "agent/redis_client.h"
#include "agent/redis_server.h"
#include "notify/session.h"

namespace ha {

/// CONFIG GET of a number.
Result<std::int64_t> redis_number(RedisClient& client, const std::string& name);
/// Fences a master and drops its clients; a replica is left as it is. The configuration is written
/// unless it is known to start the server fenced already: `own` is this node's server's section,
/// null for the peer's, whose file is not here.
Result<StepOutcome> fence_redis(RedisClient& client, const RedisFacts& facts,
                                const RedisConfig* own);
/// Makes it a master with its fence up, whatever it was, and leaves a configuration behind with
/// which it starts fenced and as the replica of nobody. One transaction. Returns what to add to the
/// step's text.
Result<std::string> become_fenced_master(RedisClient& client);
/// Writes that configuration as far as it can be done with a server that is a master already.
Result<std::string> write_fenced_boot(RedisClient& client, const RedisConfig& own);
/// Back to the operator's own values; nothing when there is no fence.
Status lift_redis_fence(RedisClient& client);
/// CONFIG REWRITE. A server without a configuration file cannot, and the role is true all the same:
/// what to add to the step's text then, else "".
std::string rewrite_redis_config(RedisClient& client);
std::string redis_not_written(const std::string& error);

}  // namespace ha
