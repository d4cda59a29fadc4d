// The receivers (IO threads) of a MySQL or MariaDB server: ended without the waits that the
// servers' own STOP has, and started again.
#pragma once
#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/mysql_client.h"
#include "agent/mysql_server.h"
#include "notify/session.h"

namespace ha {

/// MariaDB's STOP SLAVE makes a semi-sync replica connect to its source, to end the dump thread
/// there; a source that vanished costs 2 s for that. Killing the receiver's thread costs nothing.
/// While it is still connecting KILL does nothing, but STOP returns at once. On return the link is
/// closed: nothing more comes from it. unchanged: there was none.
Result<StepOutcome> end_receivers(MysqlClient& client, Deadline deadline);

/// Those that ran when `before` was gathered. MariaDB deletes what was received and not applied
/// only where the applier does not run.
Status start_receivers(MysqlClient& client, const MysqlFacts& before);

}  // namespace ha
