// Semi-synchronous waits, which both promotion and demotion have to deal with.
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

}  // namespace ha
