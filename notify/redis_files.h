// What lies on this host of a Redis server's: whether its files are to be had here at all, and what
// its configuration file makes of it at its next start.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "agent/config.h"
#include "agent/redis_client.h"

namespace ha {

/// Empty, or why the server's files are not to be found on this host.
std::string redis_files_missing(RedisClient& client, const RedisConfig& config);

/// How a server starts.
struct RedisBoot {
  bool fenced = false;   ///< taking no writes (agent/redis_fence.h)
  bool replica = false;  ///< of whomever
};

/// Of a configuration file's text. nullopt: it includes others, which may say otherwise. Pure.
std::optional<RedisBoot> parse_redis_boot(std::string_view text);
/// nullopt: not to be known from here.
std::optional<RedisBoot> read_redis_boot(RedisClient& client, const RedisConfig& config);

}  // namespace ha
