// Redis on a change of role. Promotion: REPLICAOF NO ONE and the rest in one MULTI, then ROLE read
// back. Demotion: a write fence at once (agent/redis_fence.h says why that one), then, where it is
// safe, a replica of the new master. Nothing is thrown away: a server with data of its own stays
// fenced. Source: Redis Sentinel's reconfiguration (sentinel.c sentinelSendSlaveOf), Redis 7.0.
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <thread>

#include "agent/redis_client.h"
#include "agent/redis_fence.h"
#include "notify/redis_follow.h"
#include "notify/session.h"
#include "notify/texts.h"

namespace ha {
namespace {

constexpr Millis kPeerAnswer{1000};
constexpr Millis kPeerPoll{100};

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return value;
}

class RedisSession : public Session {
 public:
  RedisSession(const RedisConfig& config, std::shared_ptr<const Run> run)
      : config_(config), run_(std::move(run)) {}

  Result<StepOutcome> apply(Step step, Deadline deadline) override {
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
      case Step::redis_promote:
        return promote(*client, facts);
      case Step::redis_look_again:
        return look_again(*client);
      case Step::redis_fence:
        return fence(*client, facts);
      case Step::redis_follow:
        return follow(*client, facts, deadline);
      default:
        return failed("not a step of Redis");
    }
  }

 private:
  Result<std::int64_t> config_number(RedisClient& client, const std::string& name) {
    auto reply = client.command({"CONFIG", "GET", name});
    if (!reply) return tl::unexpected(reply.error());
    if (reply->elements.size() < 2) {
      return fail(fmt::format("the server does not know {}", name), ErrorKind::answered);
    }
    const auto value = to_number(reply->elements[1].text);
    if (!value) return fail(fmt::format("{} is not a number", name), ErrorKind::answered);
    return *value;
  }

  Status set_number(RedisClient& client, const std::string& name, std::int64_t value) {
    auto reply = client.command({"CONFIG", "SET", name, std::to_string(value)});
    if (!reply) return tl::unexpected(reply.error());
    return {};
  }

  // A server without a configuration file cannot rewrite one; the role is true all the same.
  static std::string not_written(const std::string& error) {
    return fmt::format(
        " (not written to its configuration, a restart brings the old role back: {})", error);
  }

  std::string rewrite(RedisClient& client) {
    auto reply = client.command({"CONFIG", "REWRITE"});
    return reply ? std::string() : not_written(reply.error().message);
  }

  Status drop_clients(RedisClient& client) {
    for (const char* type : {"normal", "pubsub"}) {
      auto killed = client.command({"CLIENT", "KILL", "TYPE", type});  // spares this connection
      if (!killed) return tl::unexpected(killed.error());
    }
    return {};
  }

  Status lift_fence(RedisClient& client) {
    auto value = config_number(client, "min-replicas-to-write");
    if (!value) return tl::unexpected(value.error());
    const auto fence = RedisFence::from(*value);
    if (!fence) return {};
    if (fence->lag_was_off) {
      if (auto set = set_number(client, "min-replicas-max-lag", 0); !set) return set;
    }
    return set_number(client, "min-replicas-to-write", fence->min_replicas);
  }

  Result<StepOutcome> promote(RedisClient& client, const RedisFacts& facts) {
    if (auto missing = run_->vip_missing(); !missing.empty()) return refused("vip", missing);
    std::string how = "was master already";
    std::string unwritten;
    if (!facts.master) {
      // What it has is about to be replaced, and may be nothing at all.
      if (facts.syncing)
        return refused("stale", "it is in the midst of a full sync from its master");
      for (const std::vector<std::string>& words :
           std::vector<std::vector<std::string>>{{"MULTI"},
                                                 {"REPLICAOF", "NO", "ONE"},
                                                 {"CONFIG", "REWRITE"},
                                                 {"CLIENT", "KILL", "TYPE", "normal"},
                                                 {"CLIENT", "KILL", "TYPE", "pubsub"}}) {
        auto queued = client.command(words);
        if (!queued) return tl::unexpected(queued.error());
      }
      auto result = client.command({"EXEC"});
      if (!result) return tl::unexpected(result.error());
      if (result->elements.size() == 4) {
        const RedisReply& rewritten = result->elements[1];
        if (rewritten.type == RedisReply::Type::error) {
          unwritten = not_written(rewritten.text);
        }
      }
      how = fmt::format("was the replica of {}:{}", facts.source_host, facts.source_port);
    }
    if (auto lifted = lift_fence(client); !lifted) return tl::unexpected(lifted.error());
    if (facts.master) unwritten = rewrite(client);

    auto role = client.command({"ROLE"});
    if (!role) return tl::unexpected(role.error());
    if (role->elements.empty() || role->elements[0].text != "master") {
      return failed("ROLE does not say master after the promotion");
    }
    auto left = config_number(client, "min-replicas-to-write");
    if (!left) return tl::unexpected(left.error());
    if (RedisFence::from(*left))
      return failed("the write fence is still there after it was lifted");
    return done("master; " + how + unwritten);
  }

  Result<StepOutcome> look_again(RedisClient& client) {
    std::string why = run_->overtaken_by();
    const std::string missing = run_->vip_missing();
    if (why.empty() && missing.empty()) return done("still the newest event");
    auto info = client.info();
    if (!info) return tl::unexpected(info.error());
    auto undone = fence(client, redis_facts(*info));
    if (!undone) return undone;
    if (!why.empty()) return overtaken(why + "; fenced again");
    return refused("vip", missing + "; fenced again");
  }

  Result<StepOutcome> fence(RedisClient& client, const RedisFacts& facts) {
    if (!facts.master) {
      return unchanged(fmt::format("a replica of {}:{}", facts.source_host, facts.source_port));
    }
    auto value = config_number(client, "min-replicas-to-write");
    if (!value) return tl::unexpected(value.error());
    if (RedisFence::from(*value)) return unchanged("takes no writes already");
    auto lag = config_number(client, "min-replicas-max-lag");
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
    auto now = config_number(client, "min-replicas-to-write");
    if (!now) return tl::unexpected(now.error());
    if (*now != fence.value()) return failed("the write fence was not taken");
    return done("takes no writes (min-replicas-to-write)" + rewrite(client));
  }

  Result<StepOutcome> follow(RedisClient& client, const RedisFacts& own, Deadline deadline) {
    if (!own.master)
      return unchanged(fmt::format("a replica of {}:{}", own.source_host, own.source_port));
    // The peer's promotion and our demotion run at the same time: where we were MASTER, it is worth
    // waiting.
    const bool expect_takeover = run_->from == State::master;
    for (;;) {
      const FollowAnswer answer = ask_peer(own, deadline);
      if (answer.kind == FollowAnswer::Kind::follow) return become_replica(client, answer.why);
      if (answer.kind == FollowAnswer::Kind::stay) {
        StepOutcome outcome = unchanged("stays fenced: " + answer.why);
        const std::string words = fmt::format("{} {}", config_.peer_host, config_.peer_port);
        outcome.remark =
            say(run_->config.agent.lang, Text::remark_redis_stays,
                fmt::arg("peer", fmt::format("{}:{}", config_.peer_host, config_.peer_port)),
                fmt::arg("why", answer.why), fmt::arg("words", words));
        return outcome;
      }
      if (auto by = run_->overtaken_by(); !by.empty()) return overtaken(by);
      const bool last_look = deadline.remaining() < 2 * kPeerAnswer;
      if (!expect_takeover || last_look) return unchanged("stays fenced: " + answer.why);
      std::this_thread::sleep_for(kPeerPoll);
    }
  }

  FollowAnswer ask_peer(const RedisFacts& own, Deadline deadline) {
    const auto nothing = [](const Error& error) {
      return FollowAnswer{FollowAnswer::Kind::wait, "the peer does not answer: " + error.message};
    };
    auto peer = RedisClient::connect(config_.peer(), Deadline::in(kPeerAnswer).earlier(deadline));
    if (!peer) return nothing(peer.error());
    auto info = peer->info();
    if (!info) return nothing(info.error());
    auto fence = config_number(*peer, "min-replicas-to-write");
    if (!fence) return nothing(fence.error());
    if (RedisFence::from(*fence)) {
      return {FollowAnswer::Kind::wait, "the peer takes no writes either"};
    }
    return may_follow(own, redis_facts(*info));
  }

  Result<StepOutcome> become_replica(RedisClient& client, const std::string& why) {
    auto reply =
        client.command({"REPLICAOF", config_.peer_host, std::to_string(config_.peer_port)});
    if (!reply) return tl::unexpected(reply.error());
    if (auto lifted = lift_fence(client); !lifted) return tl::unexpected(lifted.error());
    auto role = client.command({"ROLE"});
    if (!role) return tl::unexpected(role.error());
    if (role->elements.empty() || role->elements[0].text != "slave") {
      return failed("ROLE does not say replica after REPLICAOF");
    }
    return done(fmt::format("follows {}:{}: {}{}", config_.peer_host, config_.peer_port, why,
                            rewrite(client)));
  }

  RedisConfig config_;
  std::shared_ptr<const Run> run_;
};

}  // namespace

std::shared_ptr<Session> open_redis_session(const RedisConfig& config,
                                            std::shared_ptr<const Run> run) {
  return std::make_shared<RedisSession>(config, std::move(run));
}

}  // namespace ha
