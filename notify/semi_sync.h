// Semi-synchronous waits, which both promotion and demotion have to deal with. What is switched off
// to be switched on again is so in one statement: whoever is killed meanwhile leaves nothing off,
// because a server ends what it has begun. (MySQL 8.4 manual 15.7.6.1: the assignments of a SET are
// made in their order; tried on 10.11, 8.0.36 and 8.4.8, with commits that wait.)
#pragma once
#include "agent/error.h"
#include "agent/mysql_client.h"
#include "agent/mysql_server.h"

namespace ha {

/// Makes commits wait for an acknowledgement exactly when a semi-sync replica is connected: without
/// one they would wait out the timeout and be no safer for it. `facts` with the source's status;
/// true when they wait. Needs an enabled source side.
Result<bool> match_wait_to_replicas(MysqlClient& client, const SemiSync& semi_sync);

/// Lets go of every commit that waits for an acknowledgement, by switching the source side off and
/// on. True when there was one. A client that still waits would get its OK: end clients first.
Result<bool> release_semi_sync_waiters(MysqlClient& client, const SemiSync& semi_sync);

/// A source that is configured to wait and does not, though `replica` is connected and has all that
/// it has: it turns ON by an acknowledgement, and a replica that lacks nothing gives none before
/// the next write, for which nobody would wait (8.4.8, 10.11). Never true of a replica that is not
/// known to lack nothing: writes would stand still until it has caught up. Pure.
bool is_to_be_rearmed(const MysqlFacts& source, const MysqlFacts& replica);

/// Switches it off and on and reads it back: true when it is ON. Takes MySQL up to a second.
Result<bool> rearm_semi_sync(MysqlClient& client, const SemiSync& semi_sync);

}  // namespace ha
