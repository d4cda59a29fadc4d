#include <fmt/format.h>

#include "checks/redis.h"

namespace ha {
namespace {

struct Opinion {
  Level level = Level::ok;
  std::string seen;
};

Opinion as_master(const RedisHealth& facts, const Cell& cell) {
  std::string seen = !facts.primary         ? fmt::format("a replica of {}", facts.source)
                     : !facts.fence.empty() ? "a primary, but " + facts.fence
                     : facts.replicas == 0
                         ? std::string("primary")
                         : fmt::format("primary with {} replica{}", facts.replicas,
                                       facts.replicas == 1 ? "" : "s");
  if (!cell.why.empty() && cell.why != "read-only") add_part(seen, cell.why);
  return {cell.level, seen};
}

Opinion as_standby(const RedisHealth& facts, const Cell& cell) {
  if (facts.cluster && !facts.primary) {
    return {Level::no, "a replica in cluster mode: REPLICAOF is refused there"};
  }
  if (facts.sync_in_progress && !facts.link_up) {
    return {Level::no, fmt::format("in the middle of a full sync from {}: its data are not whole",
                                   facts.source)};
  }
  if (cell.level == Level::no) return {Level::no, cell.why};
  if (facts.primary) {
    if (!facts.fence.empty()) return {Level::ok, "primary with its writes fenced"};
    return {Level::degraded, "takes writes on a standby"};
  }
  if (facts.link_up) return {Level::ok, fmt::format("replica of {}, link up", facts.source)};
  return {Level::ok, facts.link_down_seconds < 0
                         ? fmt::format("replica of {}, link down", facts.source)
                         : fmt::format("replica of {}, link down for {} s", facts.source,
                                       facts.link_down_seconds)};
}

/// What is wrong behind a healthy face.
std::string remarks(const RedisConfig& config, const RedisHealth& facts, Role role) {
  std::string text;
  if (facts.aof_write_failed) add_part(text, "the append-only file can't be written");
  if (facts.memory_full) {
    add_part(text, "maxmemory is reached with noeviction: writes that need memory get OOM");
  }
  if (facts.save_failed) add_part(text, "the last save failed");
  if (facts.aof_rewrite_failed) add_part(text, "the last rewrite of the append-only file failed");
  if (role == Role::master && facts.primary && facts.replicas == 0 && !config.peer_host.empty()) {
    add_part(text, "no replica is connected");
  }
  return text;
}

Facts listed(const RedisHealth& facts) {
  Facts list{{"version", facts.version},
             {"role", std::string(facts.primary ? "primary" : "replica")},
             {"loading", facts.loading}};
  if (facts.primary) {
    list.emplace_back("replicas", facts.replicas);
    list.emplace_back("writes_fenced", !facts.fence.empty());
  } else {
    list.emplace_back("source", facts.source);
    list.emplace_back("link_up", facts.link_up);
    list.emplace_back("sync_in_progress", facts.sync_in_progress);
  }
  list.emplace_back(kConnectionsFact, facts.clients);
  list.emplace_back(kDatasetFact, facts.dataset_bytes);
  list.emplace_back("save_failed", facts.save_failed);
  list.emplace_back("aof_write_failed", facts.aof_write_failed);
  return list;
}

}  // namespace

Result<RedisSight> sight_of(const Result<RedisHealth>& health) {
  if (!health) return tl::unexpected(health.error());
  return RedisSight{health->facts, health->primary && health->fence.empty()};
}

Finding judge_redis(const RedisConfig& config, const Result<RedisHealth>& facts,
                    const RedisContext& context) {
  Finding finding{"redis", config.name, Level::no, {}, {}, {}};
  if (!facts) {
    finding.level = facts.error().kind == ErrorKind::timeout ? Level::unknown : Level::no;
    finding.seen = facts.error().message;
    return finding;
  }
  finding.facts = listed(*facts);
  if (facts->loading) {
    finding.seen = "loading its dataset";
    return finding;
  }
  const Expectation& expect = context.expect;
  const Situation situation = redis_situation(config, sight_of(facts), context.around);
  const Cell cell =
      judge(expect.role, expect.promoting, situation, {{}, context.on_stale, context.forced}).cell;
  const Opinion opinion =
      expect.role == Role::master ? as_master(*facts, cell) : as_standby(*facts, cell);
  finding.level = opinion.level;
  finding.seen = opinion.seen;
  if (const std::string wrong = remarks(config, *facts, expect.role); !wrong.empty()) {
    add_part(finding.seen, wrong);
    if (finding.level == Level::ok) finding.level = Level::degraded;
  }
  return finding;
}

}  // namespace ha
