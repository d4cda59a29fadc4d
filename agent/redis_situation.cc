#include "agent/redis_situation.h"

#include <fmt/format.h>

namespace ha {
namespace {

bool follows(const RedisFacts& own) {
  return !own.master && own.link_up;
}

ServerView server_view(const RedisSight& own) {
  const RedisFacts& facts = own.facts;
  ServerView view;
  view.answer = facts.loading ? Answer::loading : Answer::up;
  view.writable = facts.master && own.takes_writes;
  if (facts.master) return view;
  view.receiver = facts.link_up ? Receiver::running : Receiver::connecting;
  view.applier = Applier::running;
  // What it has is about to be replaced, and may be nothing at all.
  if (facts.syncing && !facts.link_up) {
    view.applier = Applier::stopped;
    view.backlog = true;
    view.trouble = "in the midst of a full sync";
  }
  return view;
}

PeerView peer_view(const RedisConfig& config, const RedisFacts* own,
                   const std::optional<Result<RedisSight>>& peer, bool left_behind) {
  PeerView view;
  if (config.peer_host.empty()) return view;
  view.where = fmt::format("{}:{}", config.peer_host, config.peer_port);
  if (!peer) {
    view.answer = PeerView::Answer::vouched;
    return view;
  }
  if (!*peer || (*peer)->facts.loading) {
    const bool refusing = !*peer && lets_nobody_in(peer->error());
    view.answer = refusing ? PeerView::Answer::refusing : PeerView::Answer::silent;
    view.trouble = *peer ? "still loading" : peer->error().message;
    return view;
  }
  view.answer = PeerView::Answer::up;
  view.left_behind = left_behind;
  view.writable = (*peer)->facts.master && (*peer)->takes_writes;
  if (own != nullptr) view.holds = compare_holds((*peer)->facts, *own);
  return view;
}

}  // namespace

bool must_ask_peer(const RedisConfig& config, Role role, const RedisSight& own,
                   const RedisSurroundings& around) {
  if (config.peer_host.empty() || own.facts.loading) return false;
  if (role == Role::master) {
    return around.witness.configured || !own.takes_writes || own.facts.replicas == 0;
  }
  return !follows(own.facts);
}

bool must_ask_mysql(const Situation& redis) {
  const PeerView& peer = redis.peer;
  if (peer.answer != PeerView::Answer::up || peer.writable) return false;
  return peer.holds == Holds::ahead || (peer.holds == Holds::diverged && !redis.record.sole_holder);
}

Situation redis_situation(const RedisConfig& config, const Result<RedisSight>& own,
                          const RedisSurroundings& around) {
  Situation situation;
  situation.witness = around.witness;
  situation.lock = around.lock;
  situation.first_boot = around.first_boot && around.record == Record{};
  situation.peer =
      peer_view(config, own ? &own->facts : nullptr, around.peer, around.peer_left_behind);
  if (!own) {
    situation.own.answer = answer_of(own.error());
    situation.own.trouble = own.error().message;
    situation.record = around.record;
    return situation;
  }
  situation.own = server_view(*own);
  Seen& seen = situation.seen;
  seen.server.run_id = own->facts.run_id;
  seen.serving = Protection::unprotected;
  seen.following = follows(own->facts) ? Protection::protected_ : Protection::unknown;
  seen.coordinates = fmt::format("{}:{}", own->facts.replid, own->facts.offset);
  situation.record = effective(around.record, seen.server);
  return situation;
}

}  // namespace ha
