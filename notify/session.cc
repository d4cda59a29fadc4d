#include "notify/session.h"

#include <fmt/format.h>

#include "agent/ask_peer.h"
#include "agent/role_state.h"
#include "notify/lock_session.h"

namespace ha {

std::string Run::overtaken_by() const {
  // A directory that cannot be read tells of no newer event; the run goes on, as it would on a full
  // disk.
  const auto events = read_events(dir);
  if (!events) return {};
  const auto newest = newest_event(*events, instance);
  if (!newest || newest->id == event.id || !older(event, *newest)) return {};
  return fmt::format("{} came at {} ms after this one", to_string(newest->state),
                     newest->at_ms - event.at_ms);
}

Millis Run::peer_patience(const std::string& resource) const {
  // On a network of one's own an answer takes less than 5 ms; one that comes later is still seen by
  // the look after the lift.
  constexpr Millis kUnknown{60};
  constexpr Millis kKnownSilent{10};
  return silent_peers.contains(resource) ? kKnownSilent : kUnknown;
}

std::string Run::vip_missing() const {
  if (config.agent.vip.empty() || address_is_here(config.agent.vip).value_or(false)) return {};
  return fmt::format("the VIP {} is not on this node", config.agent.vip);
}

namespace {

std::shared_ptr<Session> with_lock(std::shared_ptr<Session> session,
                                   const std::shared_ptr<const Run>& run, const Lane& lane,
                                   std::function<bool(Deadline)> peer_answers) {
  if (!run->lock || run->event.state != State::master) return session;
  return lock_around(std::move(session), run, std::move(peer_answers), lane.resource);
}

}  // namespace

std::shared_ptr<Session> open_session(const Lane& lane, std::shared_ptr<const Run> run) {
  const Config& config = run->config;
  switch (lane.kind) {
    case LaneKind::mysql: {
      const MysqlConfig& mysql = config.mysql[lane.index];
      std::function<bool(Deadline)> peer;
      if (!mysql.peer_host.empty()) {
        peer = [mysql](Deadline by) { return ask_mysql(mysql.peer(), by).has_value(); };
      }
      return with_lock(open_mysql_session(mysql, run), run, lane, std::move(peer));
    }
    case LaneKind::redis: {
      const RedisConfig& redis = config.redis[lane.index];
      std::function<bool(Deadline)> peer;
      if (!redis.peer_host.empty()) {
        peer = [redis](Deadline by) { return ask_redis(redis.peer(), by).has_value(); };
      }
      return with_lock(open_redis_session(redis, run), run, lane, std::move(peer));
    }
    case LaneKind::unit:
      return open_unit_session(config.unit[lane.index], std::move(run));
    case LaneKind::lock:
      return open_lock_session(std::move(run));
  }
  return nullptr;
}

}  // namespace ha
