#include "agent/mysql_situation.h"

#include <fmt/format.h>

#include "agent/holds.h"

namespace ha {
namespace {

bool protects(const SemiSync& semi_sync) {
  return semi_sync.source_enabled && semi_sync.source_on && semi_sync.clients > 0;
}

bool follows(const MysqlFacts& own) {
  return server_view(own).receiver == Receiver::running;
}

bool is_followed(const MysqlFacts& own) {
  return own.semi_sync.clients > 0 || own.replicas_connected.value_or(0) > 0;
}

// Would what is acknowledged here survive this server?
Protection serving(const MysqlFacts& own, const Record& record) {
  if (own.semi_sync.source_enabled || record.semi_sync) {
    return protects(own.semi_sync) ? Protection::protected_ : Protection::unprotected;
  }
  if (!own.replicas_connected) return Protection::unknown;
  // Asynchronous by decision: a replica that is connected is all there can be.
  return *own.replicas_connected > 0 ? Protection::protected_ : Protection::unprotected;
}

// Would what our source acknowledges be here?
Protection following(const MysqlConfig& config, const MysqlFacts& own,
                     const MysqlSurroundings& around) {
  const std::optional<Millis> lag = server_view(own).lag;
  if (!follows(own)) return Protection::unknown;
  const bool close = lag && *lag <= config.max_lag;
  if (!own.semi_sync.replica_enabled) {
    // A source that waited for us once and does so no more is not known to have been waited for.
    if (around.record.semi_sync) return Protection::unprotected;
    return close ? Protection::protected_ : Protection::unprotected;
  }
  if (!own.semi_sync.replica_on) return Protection::unprotected;
  if (around.peer && *around.peer) {
    if (!protects((*around.peer)->semi_sync)) return Protection::unprotected;
    // Connected is not yet caught up: what it lost of its relay log may not be here again.
    const bool has_all = compare_holds(**around.peer, own) == Holds::same_or_less;
    return has_all ? Protection::protected_ : Protection::unknown;
  }
  // A peer that was asked in vain says nothing: the receiver of a source that died runs on until it
  // notices, with a lag of 0.
  if (config.peer_host.empty() && lag == Millis{0}) return Protection::protected_;
  return Protection::unknown;
}

PeerView peer_view(const MysqlConfig& config, const MysqlFacts* own,
                   const std::optional<Result<MysqlFacts>>& peer) {
  PeerView view;
  if (config.peer_host.empty()) return view;
  view.where = fmt::format("{}:{}", config.peer_host, config.peer_port);
  if (!peer) {
    view.answer = PeerView::Answer::vouched;
  } else if (!*peer) {
    view.answer =
        lets_nobody_in(peer->error()) ? PeerView::Answer::refusing : PeerView::Answer::silent;
    view.trouble = peer->error().message;
  } else {
    view.answer = PeerView::Answer::up;
    view.writable = (*peer)->writable();
    if (own != nullptr) view.holds = compare_holds(**peer, *own);
  }
  return view;
}

}  // namespace

bool must_ask_peer(const MysqlConfig& config, Role role, const MysqlFacts& own,
                   const MysqlSurroundings& around) {
  if (config.peer_host.empty()) return false;
  if (role == Role::master) {
    return around.witness.configured || !own.writable() || !is_followed(own);
  }
  if (own.writable() || !follows(own)) return true;
  const ServerIdentity server{{}, own.started_ms};
  const bool fresh = effective(around.record, server).freshness == Freshness::fresh;
  const bool known = fresh && around.source_asked_lately;
  return own.semi_sync.replica_enabled && own.semi_sync.replica_on && !known;
}

Situation mysql_situation(const MysqlConfig& config, const Result<MysqlFacts>& own,
                          const MysqlSurroundings& around) {
  Situation situation;
  situation.witness = around.witness;
  situation.lock = around.lock;
  situation.first_boot = around.first_boot && around.record == Record{};
  situation.peer = peer_view(config, own ? &*own : nullptr, around.peer);
  if (!own) {
    situation.own = server_view(own.error());
    situation.record = around.record;
    return situation;
  }
  situation.own = server_view(*own);
  situation.own.last_lag = around.last_lag;
  situation.own.drain_refused = around.drain_refused;
  Seen& seen = situation.seen;
  seen.server.started_ms = own->started_ms;
  seen.semi_sync = own->semi_sync.source_enabled || own->semi_sync.replica_enabled;
  seen.serving = serving(*own, around.record);
  seen.following = following(config, *own, around);
  seen.coordinates = own->gtid_executed;
  situation.record = effective(around.record, seen.server);
  return situation;
}

}  // namespace ha
