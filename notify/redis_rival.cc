#include "notify/redis_rival.h"

#include <fmt/format.h>

#include <optional>
#include <thread>

#include "agent/ask_peer.h"
#include "agent/clock.h"
#include "agent/left_behind.h"
#include "notify/reach.h"
#include "notify/redis_fencing.h"
#include "notify/self_fence_wait.h"
#include "notify/witnesses.h"

namespace ha {
namespace {

constexpr Millis kPoll{20};
constexpr Millis kCatchUp{5000};
constexpr Millis kKnownSilent{5};
constexpr Millis kAskMysql{500};
constexpr Millis kFence{1000};

}  // namespace

Millis RedisRival::patience() const {
  const Millis patience = run_.peer_patience(resource_);
  return silent_ ? std::min(patience, kKnownSilent) : patience;
}

Result<RedisSight> RedisRival::ask() {
  const RedisEndpoint peer = config_.peer();
  std::optional<Reach> reach;
  if (!silent_) reach.emplace(peer.host, peer.port, kUsualAnswer);
  auto sight = ask_redis(peer, Deadline::in(patience()));
  const bool late = !sight && sight.error().kind == ErrorKind::timeout;
  // A Redis may be slow where a machine that is gone answers nothing at all.
  if (late && reach && reach->reached()) sight = ask_redis(peer, Deadline::in(kReachedPatience));
  refusing_ = !sight && lets_nobody_in(sight.error());
  silent_ = !sight && !refusing_;
  return sight;
}

StepOutcome RedisRival::await_self_fence(Deadline deadline) {
  waited_out_ = false;
  StepOutcome outcome = wait_for_self_fence(
      run_, [this] { return has_peer() && (ask() || refusing_); }, deadline);
  waited_out_ = waited_out(outcome);
  return outcome;
}

Eligibility RedisRival::judge(RedisClient& own) {
  RedisSurroundings around;
  around.record = record_or_void(run_.dir, resource_);
  around.witness.configured = !run_.config.witness.empty();
  around.lock.configured = run_.config.the_lock() != nullptr;
  if (has_peer()) around.peer = ask();
  const bool answers = around.peer && *around.peer;
  if (around.witness.configured && !answers) around.witness = ask_witnesses(run_.config);
  // After the peer: a busy primary that was looked at first would seem to lack what came meanwhile.
  auto sight = gather_redis_sight(own);
  Situation situation = redis_situation(config_, sight, around);
  if (sight && must_ask_mysql(situation)) {
    around.peer_left_behind = peer_left_behind(run_.config.mysql, Deadline::in(kAskMysql));
    situation = redis_situation(config_, sight, around);
  }
  if (situation.peer.writable && !run_.forced) return {false, "the peer takes writes", Cause::peer};
  return can_promote(situation, {{}, run_.config.agent.on_stale, run_.forced});
}

Result<StepOutcome> RedisRival::fence(RedisClient& own, Deadline deadline) {
  const Deadline overall = Deadline::in(kCatchUp).earlier(deadline);
  const Deadline refusing_until = Deadline::in(kRefusingPatience).earlier(deadline);
  std::string did;
  for (;;) {
    if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
    // Before the peer's writes are stopped for a promotion that would not be.
    if (auto missing = run_.vip_missing(); !missing.empty()) return refused("vip", missing);
    auto sight = gather_redis_sight(own);
    if (!sight) return tl::unexpected(sight.error());
    if (has_peer()) {
      const auto rival = ask();
      if (!silent_) waited_out_ = false;
      const bool proven = run_.config.the_lock() != nullptr || run_.forced;
      if (refusing_ && !proven && !refusing_until.expired()) {
        std::this_thread::sleep_for(kRefusingPoll);
        continue;
      }
      if (silent_ && !waited_out_ && !run_.config.witness.empty() && !run_.forced) {
        // It answered when the promotion began: nothing has been waited for.
        auto waited = await_self_fence(deadline);
        if (ends_promotion(waited)) return waited;
        continue;
      }
      if (rival && rival->takes_writes) {
        auto peer = RedisClient::connect(config_.peer(), Deadline::in(kFence));
        auto fenced = peer ? fence_redis(*peer, rival->facts, nullptr)
                           : Result<StepOutcome>(tl::unexpected(peer.error()));
        const bool failed_to = fenced && fenced->kind == StepOutcome::Kind::failed;
        if ((!fenced || failed_to) && !run_.forced) {
          return refused("peer", "the peer takes writes and cannot be stopped: " +
                                     (fenced ? fenced->detail : fenced.error().message));
        }
        did = !fenced || failed_to ? "the peer takes writes and could NOT be stopped; "
                                   : "the peer's writes are stopped; ";
        if (!run_.forced) continue;
      }
      // What it acknowledged until now is on its way to us as long as we follow it.
      const bool receiving = !sight->facts.master && sight->facts.link_up;
      if (rival && receiving && !overall.expired() &&
          compare_holds(rival->facts, sight->facts) == Holds::ahead) {
        std::this_thread::sleep_for(kPoll);
        continue;
      }
    }
    const Eligibility answer = judge(own);
    if (!answer.yes) return refused(cause_word(answer.cause), did + answer.why);
    return did.empty() ? unchanged(answer.why) : done(did + answer.why);
  }
}

std::string RedisRival::takes_writes() {
  if (!has_peer()) return {};
  auto rival = ask();
  return rival && rival->takes_writes ? "the peer takes writes too" : "";
}

}  // namespace ha
