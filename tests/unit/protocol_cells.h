// Situations for the tests of the decision table: one a column, and servers in every state of a
// row. Used by the protocol_*_test.cc files.
#pragma once
#include "agent/protocol.h"

namespace ha::cells {

inline const PromotePolicy kPolicy{Millis{30'000}, OnStale::refuse};
inline const ServerIdentity kNow{"now", 0};
inline const ServerIdentity kEarlier{"earlier", 0};

inline ServerView primary() {
  ServerView view;
  view.answer = Answer::up;
  view.writable = true;
  return view;
}
/// Read-only, without a source.
inline ServerView at_rest() {
  ServerView view = primary();
  view.writable = false;
  return view;
}
inline ServerView replica() {
  ServerView view = at_rest();
  view.applier = Applier::running;
  view.receiver = Receiver::running;
  view.lag = Millis{0};
  return view;
}
/// A replica whose source is gone.
inline ServerView orphan() {
  ServerView view = replica();
  view.receiver = Receiver::connecting;
  view.lag.reset();
  view.last_lag = Millis{0};
  return view;
}

inline PeerView peer_up(Holds holds, bool writable = false) {
  PeerView peer;
  peer.answer = PeerView::Answer::up;
  peer.holds = holds;
  peer.writable = writable;
  peer.where = "db2:3306";
  return peer;
}

/// With a witness that answers, a record that is fresh, and the server process of the record.
inline Situation situation(ServerView own, PeerView peer) {
  Situation situation;
  situation.own = std::move(own);
  situation.peer = std::move(peer);
  situation.witness.configured = true;
  situation.record.freshness = Freshness::fresh;
  situation.record.server = kNow;
  situation.record.promoted = kNow;
  situation.seen.server = kNow;
  return situation;
}
inline Situation behind(ServerView own) {
  return situation(std::move(own), peer_up(Holds::same_or_less));
}
inline Situation ahead(ServerView own) {
  return situation(std::move(own), peer_up(Holds::ahead));
}
inline Situation diverged(ServerView own) {
  return situation(std::move(own), peer_up(Holds::diverged));
}
inline Situation writable(ServerView own, Holds holds = Holds::ahead) {
  return situation(std::move(own), peer_up(holds, true));
}
inline Situation silent(ServerView own) {
  PeerView peer;
  peer.answer = PeerView::Answer::silent;
  return situation(std::move(own), peer);
}
/// The witnesses are not asked where the peer is there.
inline Situation refusing(ServerView own) {
  PeerView peer;
  peer.answer = PeerView::Answer::refusing;
  peer.where = "db2:3306";
  peer.trouble = "Too many connections";
  return situation(std::move(own), peer);
}
inline Situation isolated(ServerView own) {
  Situation alone = silent(std::move(own));
  alone.witness.quorum = false;
  return alone;
}
inline Situation with_record(Situation situation, Freshness freshness, bool sole_holder = false) {
  situation.record.freshness = freshness;
  situation.record.sole_holder = sole_holder;
  return situation;
}
inline Situation sole_holder(Situation situation) {
  return with_record(std::move(situation), Freshness::voided, true);
}
/// No event ever, no record.
inline Situation first_boot(Situation situation) {
  situation.record = {};
  situation.first_boot = true;
  return situation;
}

}  // namespace ha::cells
