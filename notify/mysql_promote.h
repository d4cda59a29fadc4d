// The steps that make a MySQL or MariaDB server the primary. Each looks first and reads back.
// Errors are the connection's or the server's own; everything else is a StepOutcome.
#pragma once
#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_client.h"
#include "agent/mysql_server.h"
#include "notify/mysql_peer.h"
#include "notify/session.h"

namespace ha {

class MysqlPromotion {
 public:
  /// `peer`: nullptr where none is configured.
  MysqlPromotion(MysqlClient& client, MysqlPeer* peer, const MysqlConfig& config, const Run& run)
      : client_(client), peer_(peer), config_(config), run_(run) {}

  Result<StepOutcome> record_position();
  Result<StepOutcome> await_self_fence(Deadline deadline);
  Result<StepOutcome> fence_peer(Deadline deadline);
  Result<StepOutcome> stop_receiving(Deadline deadline);
  Result<StepOutcome> drain(Deadline deadline);
  Result<StepOutcome> remove_source();
  Result<StepOutcome> semi_sync();
  Result<StepOutcome> judge();
  Result<StepOutcome> lift_read_only();
  Result<StepOutcome> look_again(Deadline deadline);

 private:
  Status free_applier();
  Result<std::string> rearm(const MysqlFacts& before);
  void keep_record(const MysqlFacts& own);

  MysqlClient& client_;
  MysqlPeer* peer_;
  const MysqlConfig& config_;
  const Run& run_;
};

}  // namespace ha
