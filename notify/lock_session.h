// The lock around a database's session: take-lock before its rival is dealt with, and nothing let
// in without it. And the session of the lock's own lane, which gives it back. A session's contract
// is in notify/session.h.
#pragma once
#include <functional>
#include <memory>

#include "notify/session.h"

namespace ha {

/// `inner` does all steps but take-lock. `peer_answers` asks the peer of this database, with the
/// given patience; empty: none is configured.
std::shared_ptr<Session> lock_around(std::shared_ptr<Session> inner, std::shared_ptr<const Run> run,
                                     std::function<bool(Deadline)> peer_answers,
                                     std::string resource);

std::shared_ptr<Session> open_lock_session(std::shared_ptr<const Run> run);

}  // namespace ha
