#include "notify/redis_follow.h"

#include <fmt/format.h>

#include <thread>

#include "agent/ask_peer.h"
#include "agent/clock.h"
#include "agent/log.h"
#include "agent/texts.h"
#include "notify/redis_fencing.h"
#include "notify/redis_keep.h"
#include "notify/redis_may_follow.h"

namespace ha {
namespace {

using Kind = FollowAnswer::Kind;

constexpr Millis kPeerAnswer{1000};
constexpr Millis kPeerPoll{100};
constexpr Millis kTakeover{15'000};  // for the peer's promotion, which runs at the same time

}  // namespace

std::string RedisFollow::peer_name() const {
  return fmt::format("{}:{}", config_.peer_host, config_.peer_port);
}

// The own server first: it takes no writes, so what the peer does meanwhile only makes it hold
// more.
Result<RedisFollow::Look> RedisFollow::look(Deadline deadline) {
  auto own = gather_redis_sight(client_);
  if (!own) return tl::unexpected(own.error());
  Look look{std::move(*own), {}, {}};
  auto peer = ask_redis(config_.peer(), Deadline::in(kPeerAnswer).earlier(deadline));
  if (!peer) {
    look.answer = {Kind::wait, "the peer does not answer: " + peer.error().message};
    return look;
  }
  look.peer = std::move(*peer);
  const RedisFacts& facts = look.peer->facts;
  const bool fenced = facts.master && !facts.loading && !look.peer->takes_writes;
  look.answer = fenced ? FollowAnswer{Kind::wait, "the peer takes no writes either"}
                       : may_follow(look.own.facts, facts);
  return look;
}

Result<StepOutcome> RedisFollow::follow(Deadline deadline) {
  // The peer's promotion and our demotion run at the same time: where we were MASTER, it is worth
  // waiting.
  const Millis patience = run_.from == State::master ? kTakeover : Millis{0};
  const Deadline until = Deadline::in(patience).earlier(deadline);
  for (;;) {
    auto now = look(deadline);
    if (!now) return tl::unexpected(now.error());
    const RedisFacts& own = now->own.facts;
    if (!own.master && !waits_for_role(own))
      return unchanged(fmt::format("a replica of {}:{}", own.source_host, own.source_port));
    if (now->own.takes_writes) return failed("the server still takes writes: it follows nobody");
    if (now->answer.kind == Kind::follow) return become_replica(*now);
    if (now->answer.kind == Kind::keep) return keep_and_follow(*now, deadline);
    if (now->answer.kind == Kind::stay) return stay(now->answer.why);
    if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
    if (until.remaining() < 2 * kPeerPoll) return unchanged("stays fenced: " + now->answer.why);
    std::this_thread::sleep_for(kPeerPoll);
  }
}

Result<StepOutcome> RedisFollow::keep_and_follow(const Look& before, Deadline deadline) {
  auto kept =
      keep_redis_data(client_, config_, before.own.facts, run_.config.agent.errant_dir, deadline,
                      [&] { return !deadline.expired() && run_.overtaken_by().empty(); });
  if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
  if (!kept) return tl::unexpected(kept.error());
  const std::string why = before.answer.why;
  if (!kept->trouble.empty()) {
    return stay(
        fmt::format("{}, and its own data could not be kept aside: {}", why, kept->trouble));
  }
  // A save takes its time, in which the peer may have ceased to be what it was.
  auto now = look(deadline);
  if (!now) return tl::unexpected(now.error());
  if (now->own.takes_writes) return failed("the server takes writes again: it follows nobody");
  if (now->answer.kind == Kind::stay) return stay(now->answer.why);
  if (now->answer.kind == Kind::wait) return unchanged("stays fenced: " + now->answer.why);
  log::warning(fmt::format("redis {}: {}: what this server holds is kept in {}", config_.name, why,
                           kept->file));
  auto outcome = become_replica(*now);
  if (!outcome || outcome->kind != StepOutcome::Kind::done) return outcome;
  outcome->detail += "; kept aside: " + kept->file;
  outcome->remark =
      say(run_.config.agent.lang, Text::remark_redis_kept, fmt::arg("peer", peer_name()),
          fmt::arg("why", why), fmt::arg("file", kept->file), fmt::arg("command", kept->command));
  return outcome;
}

StepOutcome RedisFollow::stay(const std::string& why) const {
  StepOutcome outcome = unchanged("stays fenced: " + why);
  const std::string words = fmt::format("{} {}", config_.peer_host, config_.peer_port);
  outcome.remark =
      say(run_.config.agent.lang, Text::remark_redis_stays, fmt::arg("peer", peer_name()),
          fmt::arg("why", why), fmt::arg("words", words));
  return outcome;
}

// From here on it holds neither what it had nor yet what the peer has: whatever is still remembered
// of it says nothing any more, and nothing new before the link is up.
void RedisFollow::void_record(const Look& look) const {
  constexpr Millis kPatience{500};
  const std::string resource = "redis " + config_.name;
  auto kept = update_own_record(run_.dir, resource, kPatience, [&](Record& record) {
    RedisSurroundings around;
    around.record = record;
    if (look.peer) around.peer = *look.peer;
    record =
        next_record(std::move(record), Note::void_, redis_situation(config_, look.own, around));
  });
  if (!kept) log::error(resource + ": the record could not be kept: " + kept.error().message);
}

Result<StepOutcome> RedisFollow::become_replica(const Look& look) {
  if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
  void_record(look);
  // The fence stays: on a replica it does nothing, and should somebody promote it by hand, or
  // delete its replicaof, it is still the agent that lets writes in.
  auto reply = client_.command({"REPLICAOF", config_.peer_host, std::to_string(config_.peer_port)});
  if (!reply) return tl::unexpected(reply.error());
  auto role = client_.command({"ROLE"});
  if (!role) return tl::unexpected(role.error());
  if (role->elements.empty() || role->elements[0].text != "slave") {
    return failed("ROLE does not say replica after REPLICAOF");
  }
  return done(
      fmt::format("follows {}: {}{}", peer_name(), look.answer.why, rewrite_redis_config(client_)));
}

}  // namespace ha
