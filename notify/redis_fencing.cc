#include "notify/redis_fencing.h"

#include <fmt/format.h>

#include <charconv>

#include "agent/redis_fence.h"

namespace ha {
namespace {

Status set_number(RedisClient& client, const std::string& name, std::int64_t value) {
  auto reply = client.command({"CONFIG", "SET", name, std::to_string(value)});
  if (!reply) return tl::unexpected(reply.error());
  return {};
}

Status drop_clients(RedisClient& client) {
  for (const char* type : {"normal", "pubsub"}) {
    auto killed = client.command({"CLIENT", "KILL", "TYPE", type});  // spares this connection
    if (!killed) return tl::unexpected(killed.error());
  }
  return {};
}

}  // namespace

Result<std::int64_t> redis_number(RedisClient& client, const std::string& name) {
  auto reply = client.command({"CONFIG", "GET", name});
  if (!reply) return tl::unexpected(reply.error());
  if (reply->elements.size() < 2) {
    return fail(fmt::format("the server does not know {}", name), ErrorKind::answered);
  }
  const std::string& text = reply->elements[1].text;
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
    return fail(fmt::format("{} is not a number", name), ErrorKind::answered);
  }
  return value;
}

std::string redis_not_written(const std::string& error) {
  return fmt::format(" (not written to its configuration, a restart brings the old role back: {})",
                     error);
}

std::string rewrite_redis_config(RedisClient& client) {
  auto reply = client.command({"CONFIG", "REWRITE"});
  return reply ? std::string() : redis_not_written(reply.error().message);
}

Status lift_redis_fence(RedisClient& client) {
  auto value = redis_number(client, "min-replicas-to-write");
  if (!value) return tl::unexpected(value.error());
  const auto fence = RedisFence::from(*value);
  if (!fence) return {};
  if (fence->lag_was_off) {
    if (auto set = set_number(client, "min-replicas-max-lag", 0); !set) return set;
  }
  return set_number(client, "min-replicas-to-write", fence->min_replicas);
}

Result<StepOutcome> fence_redis(RedisClient& client, const RedisFacts& facts) {
  if (!facts.master) {
    return unchanged(fmt::format("a replica of {}:{}", facts.source_host, facts.source_port));
  }
  auto value = redis_number(client, "min-replicas-to-write");
  if (!value) return tl::unexpected(value.error());
  if (RedisFence::from(*value)) return unchanged("takes no writes already");
  auto lag = redis_number(client, "min-replicas-max-lag");
  if (!lag) return tl::unexpected(lag.error());
  const RedisFence fence{*value, *lag == 0};
  if (fence.lag_was_off) {
    if (auto set = set_number(client, "min-replicas-max-lag", kRedisDefaultMaxLag); !set) {
      return tl::unexpected(set.error());
    }
  }
  if (auto set = set_number(client, "min-replicas-to-write", fence.value()); !set) {
    return tl::unexpected(set.error());
  }
  if (auto dropped = drop_clients(client); !dropped) return tl::unexpected(dropped.error());
  auto now = redis_number(client, "min-replicas-to-write");
  if (!now) return tl::unexpected(now.error());
  if (*now != fence.value()) return failed("the write fence was not taken");
  return done("takes no writes (min-replicas-to-write)" + rewrite_redis_config(client));
}

}  // namespace ha
