// The steps that stop a MySQL or MariaDB server from taking writes, so that no acknowledgement can
// leave that a safe order would have kept back. On a server that is read-only already nothing is
// disturbed.
#pragma once
#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_client.h"
#include "notify/session.h"

namespace ha {

struct MysqlDemotion {
  MysqlClient& client;
  MysqlEndpoint endpoint;  ///< where the client is connected

  /// Of a switchover, whose replica lives: read_only waits for the commits under way, so that each
  /// has its acknowledgement and none stays behind here; then the clients are ended. `unchanged`
  /// where a statement takes longer than a second: the steps behind it end it.
  Result<StepOutcome> quiesce();
  Result<StepOutcome> kill_clients();
  Result<StepOutcome> set_read_only(Deadline deadline);
};

}  // namespace ha
