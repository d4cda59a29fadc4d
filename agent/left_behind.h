// The databases of a node are promoted together, but each is judged by its own data. Redis cannot
// tell what two histories share once a server was restarted, so both nodes' Redis may hold
// something that the other lacks, or one went on a moment longer than its node's MySQL; what
// decides then is which node MySQL leaves to serve: one whose MySQL lacks what the peer's holds
// will not be promoted while that one answers.
#pragma once
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_server.h"

namespace ha {

/// Whether the peer's server takes no writes and lacks something that ours holds, and not the other
/// way round.
bool left_behind(const MysqlFacts& own, const MysqlFacts& peer);

/// Whether that is so of any of these pairs. Asks both servers of each; blocks until the deadline
/// at most, and a server that does not answer leaves nobody behind.
bool peer_left_behind(const std::vector<MysqlConfig>& all, Deadline deadline);

}  // namespace ha
