#include "notify/redis_fencing.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "agent/redis_fence.h"
#include "notify/redis_files.h"

namespace ha {
namespace {

using Commands = std::vector<std::vector<std::string>>;

struct FenceNow {
  RedisFence it;    ///< as it is, or as it would be
  bool up = false;  ///< it holds writes back
};

Result<FenceNow> fence_of(RedisClient& client) {
  auto value = redis_number(client, "min-replicas-to-write");
  if (!value) return tl::unexpected(value.error());
  if (const auto fence = RedisFence::from(*value)) return FenceNow{*fence, true};
  auto lag = redis_number(client, "min-replicas-max-lag");
  if (!lag) return tl::unexpected(lag.error());
  return FenceNow{{*value, *lag == 0}, false};
}

std::vector<std::string> set_words(const std::string& name, std::int64_t value) {
  return {"CONFIG", "SET", name, std::to_string(value)};
}

Commands raise(const FenceNow& fence) {
  Commands words;
  if (fence.it.lag_was_off) words.push_back(set_words("min-replicas-max-lag", kRedisDefaultMaxLag));
  words.push_back(set_words("min-replicas-to-write", fence.it.value()));
  return words;
}

Commands lower(const RedisFence& fence) {
  Commands words;
  if (fence.lag_was_off) words.push_back(set_words("min-replicas-max-lag", 0));
  words.push_back(set_words("min-replicas-to-write", fence.min_replicas));
  return words;
}

// All in one transaction. A configuration that cannot be written is no failure: what to add to the
// step's text; any other error is one.
Result<std::string> at_once(RedisClient& client, const Commands& all) {
  if (auto begun = client.command({"MULTI"}); !begun) return tl::unexpected(begun.error());
  for (const auto& words : all) {
    if (auto queued = client.command(words); !queued) return tl::unexpected(queued.error());
  }
  auto result = client.command({"EXEC"});
  if (!result) return tl::unexpected(result.error());
  std::string unwritten;
  for (std::size_t i = 0; i < std::min(all.size(), result->elements.size()); ++i) {
    const RedisReply& reply = result->elements[i];
    if (reply.type != RedisReply::Type::error) continue;
    if (all[i].back() != "REWRITE") return fail(reply.text, ErrorKind::answered);
    unwritten = redis_not_written(reply.text);
  }
  return unwritten;
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
  return fmt::format(" (not written to its configuration, a restart brings the old one back: {})",
                     error);
}

std::string rewrite_redis_config(RedisClient& client) {
  auto reply = client.command({"CONFIG", "REWRITE"});
  return reply ? std::string() : redis_not_written(reply.error().message);
}

Status lift_redis_fence(RedisClient& client) {
  auto fence = fence_of(client);
  if (!fence) return tl::unexpected(fence.error());
  if (!fence->up) return {};
  for (const auto& words : lower(fence->it)) {
    if (auto set = client.command(words); !set) return tl::unexpected(set.error());
  }
  return {};
}

Result<StepOutcome> fence_redis(RedisClient& client, const RedisFacts& facts,
                                const RedisConfig* own) {
  if (!facts.master) {
    return unchanged(fmt::format("a replica of {}:{}", facts.source_host, facts.source_port));
  }
  auto fence = fence_of(client);
  if (!fence) return tl::unexpected(fence.error());
  if (!fence->up) {
    for (const auto& words : raise(*fence)) {
      if (auto set = client.command(words); !set) return tl::unexpected(set.error());
    }
    if (auto dropped = drop_clients(client); !dropped) return tl::unexpected(dropped.error());
    auto now = redis_number(client, "min-replicas-to-write");
    if (!now) return tl::unexpected(now.error());
    if (*now != fence->it.value()) return failed("the write fence was not taken");
  }
  const auto boot = own == nullptr ? std::nullopt : read_redis_boot(client, *own);
  // Written now, it would no longer start as the replica of nobody.
  const std::string unwritten = boot && boot->fenced ? "" : rewrite_redis_config(client);
  if (fence->up) return unchanged("takes no writes already" + unwritten);
  return done("takes no writes (min-replicas-to-write)" + unwritten);
}

Result<std::string> become_fenced_master(RedisClient& client) {
  auto fence = fence_of(client);
  if (!fence) return tl::unexpected(fence.error());
  Commands words;
  if (!fence->up) words = raise(*fence);
  words.push_back({"REPLICAOF", kRedisNobodyHost, std::to_string(kRedisNobodyPort)});
  words.push_back({"CONFIG", "REWRITE"});
  words.push_back({"REPLICAOF", "NO", "ONE"});
  words.push_back({"CLIENT", "KILL", "TYPE", "normal"});
  words.push_back({"CLIENT", "KILL", "TYPE", "pubsub"});
  return at_once(client, words);
}

Result<std::string> write_fenced_boot(RedisClient& client, const RedisConfig& own) {
  const auto boot = read_redis_boot(client, own);
  auto fence = fence_of(client);
  if (!fence) return tl::unexpected(fence.error());
  if (boot && boot->fenced && (boot->replica || !fence->up || own.peer_host.empty())) return "";
  if (!fence->up) {
    // Clients write to it meanwhile, and see nothing of this. Its replicas would see a change of
    // roles, so that has to wait.
    Commands words = raise(*fence);
    words.push_back({"CONFIG", "REWRITE"});
    const Commands back = lower(fence->it);
    words.insert(words.end(), back.begin(), back.end());
    return at_once(client, words);
  }
  // Each change of roles begins a new history, and a peer that misses two cannot be compared: only
  // where it is known to be needed.
  if (boot && !own.peer_host.empty()) return become_fenced_master(client);
  return rewrite_redis_config(client);
}

}  // namespace ha
