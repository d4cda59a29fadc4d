#include <fmt/format.h>

#include <charconv>
#include <map>

#include "agent/redis_client.h"
#include "agent/redis_fence.h"
#include "checks/redis.h"

namespace ha {
namespace {

using Info = std::map<std::string, std::string, std::less<>>;

std::string_view field(const Info& info, std::string_view name) {
  const auto found = info.find(name);
  return found == info.end() ? std::string_view{} : found->second;
}

std::int64_t number(std::string_view text, std::int64_t otherwise) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return text.empty() || error != std::errc{} || end != text.data() + text.size() ? otherwise
                                                                                  : value;
}

/// CONFIG GET of one parameter; empty also when this account may not ask.
std::string setting(RedisClient& client, const std::string& name) {
  const auto reply = client.command({"CONFIG", "GET", name});
  return reply && reply->elements.size() == 2 ? reply->elements[1].text : std::string{};
}

/// What stands between a client's write and a primary's dataset.
std::string fence_of(RedisClient& client, const Info& info) {
  // There from Redis 8 on; before, a pause can't be seen from outside.
  const auto paused = field(info, "paused_actions");
  if (!paused.empty() && paused != "none") return "CLIENT PAUSE holds writes back";
  // Shown only while min-replicas-to-write is set, that is at least 1.
  if (const auto shown = field(info, "min_slaves_good_slaves"); !shown.empty()) {
    const std::int64_t good = number(shown, 0);
    const std::int64_t needed = number(setting(client, "min-replicas-to-write"), 1);
    if (RedisFence::from(needed)) return "its writes are fenced (min-replicas-to-write)";
    if (good < needed) {
      return fmt::format("min-replicas-to-write = {} refuses writes with {} good replicas", needed,
                         good);
    }
  }
  if (field(info, "aof_enabled") == "1" && field(info, "aof_last_write_status") == "err") {
    return "it refuses writes because the append-only file can't be written";
  }
  if (field(info, "rdb_last_bgsave_status") == "err" &&
      setting(client, "stop-writes-on-bgsave-error") == "yes" && !setting(client, "save").empty()) {
    return "it refuses writes because the last save failed (stop-writes-on-bgsave-error)";
  }
  return {};
}

}  // namespace

Result<RedisHealth> gather_redis(const RedisEndpoint& endpoint, Deadline deadline, Stage& stage) {
  stage.at("connecting");
  auto client = RedisClient::connect(endpoint, deadline);
  if (!client) return tl::unexpected<Error>(std::move(client.error()));
  stage.at("asking");
  const auto info = client->info();
  if (!info) return tl::unexpected<Error>(info.error());

  RedisHealth facts;
  facts.facts = redis_facts(*info);
  const auto version = field(*info, "valkey_version");
  facts.version = version.empty() ? field(*info, "redis_version") : version;
  facts.loading = field(*info, "loading") == "1" || field(*info, "async_loading") == "1";
  facts.cluster = field(*info, "cluster_enabled") == "1";
  facts.primary = field(*info, "role") == "master";
  facts.clients = number(field(*info, "connected_clients"), 0);
  facts.dataset_bytes = number(field(*info, "used_memory_dataset"), 0);
  facts.save_failed = field(*info, "rdb_last_bgsave_status") == "err";
  const bool aof = field(*info, "aof_enabled") == "1";
  facts.aof_write_failed = aof && field(*info, "aof_last_write_status") == "err";
  facts.aof_rewrite_failed = aof && field(*info, "aof_last_bgrewrite_status") == "err";
  // Redis 7.0 evict.c getMaxmemoryState().
  const std::int64_t limit = number(field(*info, "maxmemory"), 0);
  const std::int64_t counted =
      number(field(*info, "used_memory"), 0) - number(field(*info, "mem_not_counted_for_evict"), 0);
  facts.memory_full =
      limit > 0 && counted > limit && field(*info, "maxmemory_policy") == "noeviction";
  if (facts.primary) {
    facts.replicas = number(field(*info, "connected_slaves"), 0);
    facts.fence = fence_of(*client, *info);
  } else {
    facts.source = waits_for_role(facts.facts) ? std::string("nobody since its restart")
                                               : fmt::format("{}:{}", field(*info, "master_host"),
                                                             field(*info, "master_port"));
    facts.link_up = field(*info, "master_link_status") == "up";
    facts.sync_in_progress = field(*info, "master_sync_in_progress") == "1";
    facts.link_down_seconds = number(field(*info, "master_link_down_since_seconds"), -1);
  }
  return facts;
}

}  // namespace ha
