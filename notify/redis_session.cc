// Redis on a change of role. Promotion: REPLICAOF NO ONE and the rest in one MULTI with the fence
// up, then the fence is lifted and all read back. Demotion: a write fence at once
// (agent/redis_fence.h says why that one), then a replica of the new master
// (notify/redis_follow.h). Source: Redis Sentinel's reconfiguration (sentinel.c
// sentinelSendSlaveOf), Redis 7.0.
#include <fmt/format.h>

#include "agent/ask_peer.h"
#include "agent/clock.h"
#include "agent/log.h"
#include "agent/redis_client.h"
#include "agent/redis_fence.h"
#include "notify/kill_silent.h"
#include "notify/redis_fencing.h"
#include "notify/redis_follow.h"
#include "notify/redis_rival.h"
#include "notify/session.h"

namespace ha {
namespace {

std::string kind_of_replica(const RedisFacts& facts) {
  if (waits_for_role(facts)) return "restarted, and waited for its role";
  return fmt::format("the replica of {}:{}", facts.source_host, facts.source_port);
}

class RedisSession : public Session {
 public:
  RedisSession(const RedisConfig& config, std::shared_ptr<const Run> run)
      : config_(config), run_(std::move(run)) {}

  Result<StepOutcome> apply(Step step, Deadline deadline) override {
    if (step == Step::kill_silent) return kill_silent(deadline);
    auto client = RedisClient::connect(config_.server, deadline);
    if (!client) return tl::unexpected(client.error());
    auto info = client->info();
    if (!info) return tl::unexpected(info.error());
    const RedisFacts facts = redis_facts(*info);
    if (facts.loading) {
      if (run_->event.state == State::master)
        return refused("server", "the server is still loading");
      return fail("the server is still loading", ErrorKind::unreachable);
    }
    switch (step) {
      case Step::await_self_fence:
        return rival_.await_self_fence(deadline);
      case Step::fence_peer:
        return rival_.fence(*client, deadline);
      case Step::redis_promote:
        return promote(*client, facts);
      case Step::redis_look_again:
        return look_again(*client);
      case Step::redis_fence:
        return fence_redis(*client, facts, &config_);
      case Step::redis_follow:
        return RedisFollow(*client, config_, *run_).follow(deadline);
      default:
        return failed("not a step of Redis");
    }
  }

 private:
  StepOutcome kill_silent(Deadline deadline) const {
    auto sight = ask_redis(config_.server, Deadline::in(deadline.remaining() / 2));
    Result<bool> writable =
        sight ? Result<bool>(sight->takes_writes) : tl::unexpected(sight.error());
    const RedisEndpoint& server = config_.server;
    return kill_if_silent(writable, {server.socket, server.host, server.port}, *run_, deadline);
  }

  Result<StepOutcome> promote(RedisClient& client, const RedisFacts& facts) {
    if (auto missing = run_->vip_missing(); !missing.empty()) return refused("vip", missing);
    auto sight = gather_redis_sight(client);
    if (!sight) return tl::unexpected(sight.error());
    const Eligibility answer = rival_.judge(client);
    if (!answer.yes) return refused(cause_word(answer.cause), answer.why);
    keep_record(*sight);
    const std::string how = facts.master ? "was master already" : "was " + kind_of_replica(facts);
    auto unwritten =
        facts.master ? write_fenced_boot(client, config_) : become_fenced_master(client);
    if (!unwritten) return tl::unexpected(unwritten.error());
    // By CONFIG SET alone: a restart must find the fence.
    if (auto lifted = lift_redis_fence(client); !lifted) return tl::unexpected(lifted.error());

    auto role = client.command({"ROLE"});
    if (!role) return tl::unexpected(role.error());
    if (role->elements.empty() || role->elements[0].text != "master") {
      return failed("ROLE does not say master after the promotion");
    }
    auto left = redis_number(client, "min-replicas-to-write");
    if (!left) return tl::unexpected(left.error());
    if (RedisFence::from(*left))
      return failed("the write fence is still there after it was lifted");
    return done("master; " + how + *unwritten);
  }

  // Before the first write can be acknowledged: whoever is killed now must be known to have served.
  void keep_record(const RedisSight& own) {
    constexpr Millis kPatience{500};
    const std::string resource = "redis " + config_.name;
    auto kept = update_own_record(run_->dir, resource, kPatience, [&](Record& record) {
      RedisSurroundings around;
      around.record = record;
      const Situation situation = redis_situation(config_, own, around);
      record = next_record(std::move(record), Note::serving, situation);
      record.promotion = run_->event.id;
      record.promoted = situation.seen.server;
    });
    // A full disk must not stop a failover.
    if (!kept) log::error(resource + ": the record could not be kept: " + kept.error().message);
  }

  Result<StepOutcome> look_again(RedisClient& client) {
    std::string why = run_->overtaken_by();
    const std::string missing = run_->vip_missing();
    const std::string rival = rival_.takes_writes();
    if (why.empty() && missing.empty() && rival.empty()) return done("still the newest event");
    auto info = client.info();
    if (!info) return tl::unexpected(info.error());
    auto undone = fence_redis(client, redis_facts(*info), &config_);
    if (!undone) return undone;
    if (!why.empty()) return overtaken(why + "; fenced again");
    if (!missing.empty()) return refused("vip", missing + "; fenced again");
    return refused("peer", rival + "; fenced again");
  }

  RedisConfig config_;
  std::shared_ptr<const Run> run_;
  RedisRival rival_{config_, *run_};
};

}  // namespace

std::shared_ptr<Session> open_redis_session(const RedisConfig& config,
                                            std::shared_ptr<const Run> run) {
  return std::make_shared<RedisSession>(config, std::move(run));
}

}  // namespace ha
