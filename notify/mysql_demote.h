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
  const MysqlConfig& config;

  Result<StepOutcome> kill_clients();
  Result<StepOutcome> release_waiters();
  Result<StepOutcome> set_read_only(Deadline deadline);
};

}  // namespace ha
