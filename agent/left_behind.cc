#include "agent/left_behind.h"

#include <algorithm>

#include "agent/ask_peer.h"
#include "agent/holds.h"

namespace ha {

bool left_behind(const MysqlFacts& own, const MysqlFacts& peer) {
  return !peer.writable() && compare_holds(peer, own) == Holds::same_or_less &&
         compare_holds(own, peer) == Holds::ahead;
}

bool peer_left_behind(const std::vector<MysqlConfig>& all, Deadline deadline) {
  return std::any_of(all.begin(), all.end(), [&](const MysqlConfig& each) {
    if (each.peer_host.empty()) return false;
    // The own one first: what the peer receives until it is asked is not held against it.
    const auto own = ask_mysql(each.server, deadline);
    const auto peer = ask_mysql(each.peer(), deadline);
    return own && peer && left_behind(*own, *peer);
  });
}

}  // namespace ha
