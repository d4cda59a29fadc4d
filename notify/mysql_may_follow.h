// May a read-only MySQL or MariaDB server follow the peer? MySQL's auto-position accepts errant
// transactions in silence, and MariaDB compares positions only; so both servers are compared here,
// before anything is changed. Pure. `own` was sampled before `peer`.
#pragma once
#include "agent/config.h"
#include "agent/mysql_server.h"
#include "notify/follow_answer.h"

namespace ha {

FollowAnswer may_follow(const MysqlFacts& own, const MysqlFacts& peer);

/// Whether this is the source that the configuration names as the peer.
bool is_peer(const ReplicaStatus& source, const MysqlConfig& config);

/// The IO thread's last error says that the source has not what we ask for: histories that parted,
/// or binary logs that are purged. MySQL 8 and later say 13114 with 1236 inside its text.
bool source_lacks_position(const ReplicaStatus& source);

}  // namespace ha
