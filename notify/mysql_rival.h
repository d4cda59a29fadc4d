// The other node's MySQL server as the rival of a promotion: waited for, locked out, fenced, and
// judged. Rules 1 to 3 of the role protocol. The lock is GET_LOCK('ha_agent') on both servers, in
// the order of their server ids, held by this lane's two connections until it ends; past a silent
// peer on the own server alone.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_client.h"
#include "agent/mysql_situation.h"
#include "notify/mysql_peer.h"
#include "notify/session.h"

namespace ha {

/// The record, and whether there are witnesses or a lock, which is held; the peer is asked by
/// MysqlRival.
MysqlSurroundings surroundings_of(const MysqlConfig& config, const Run& run);

class MysqlRival {
 public:
  /// `peer`: nullptr where none is configured.
  MysqlRival(MysqlClient& own, MysqlPeer* peer, const MysqlConfig& config, const Run& run)
      : own_(own), peer_(peer), config_(config), run_(run), resource_("mysql " + config.name) {}

  /// Rule 2: with witnesses, a silent peer gets the time to fence itself.
  StepOutcome await_self_fence(Deadline deadline);
  /// Takes the lock, stops the peer's writes, receives the rest, and judges; all before anything
  /// here is changed.
  Result<StepOutcome> fence(Deadline deadline);
  /// Everything again, right before writes are let in. Asks the peer and the witnesses.
  Eligibility judge(const MysqlFacts& own, MysqlSurroundings& around);
  /// Empty unless the peer answers and takes writes.
  std::string takes_writes();
  Result<MysqlFacts> ask(Millis patience);

 private:
  Eligibility eligible(const MysqlFacts& own, const MysqlSurroundings& around) const;
  Result<bool> lock_both(MysqlClient& peer, const MysqlFacts& own, const MysqlFacts& rival);
  Result<bool> lock_own();
  Result<StepOutcome> stop_writes(MysqlClient& peer, Deadline deadline);
  Result<MysqlFacts> cut_dead_link(MysqlClient& peer, const MysqlFacts& rival, Deadline deadline);

  MysqlClient& own_;
  MysqlPeer* peer_;
  const MysqlConfig& config_;
  const Run& run_;
  std::string resource_;
};

}  // namespace ha
