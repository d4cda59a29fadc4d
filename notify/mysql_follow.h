// The step with which a demoted MySQL or MariaDB server becomes the replica of the new primary,
// when it holds nothing that the primary lacks; otherwise it stays read-only, the transactions are
// named and the binary logs that hold them are copied aside. Never injects, resets or clones.
// Killed anywhere and run again it ends in the same state: every run configures source and position
// anew, unless the IO thread runs.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_client.h"
#include "agent/mysql_server.h"
#include "notify/follow_answer.h"
#include "notify/session.h"

namespace ha {

class MysqlFollow {
 public:
  MysqlFollow(MysqlClient& client, const MysqlConfig& config, const Run& run)
      : client_(client), config_(config), run_(run) {}

  Result<StepOutcome> follow(Deadline deadline);

 private:
  Result<StepOutcome> look_and_follow(Deadline deadline);
  void add_settings(StepOutcome& outcome);
  struct Peer;

  Result<StepOutcome> decide(const MysqlFacts& own, Deadline deadline, Deadline patience,
                             bool& wait);
  Result<StepOutcome> follows_already(const MysqlFacts& own, Deadline deadline);
  Result<StepOutcome> become_replica(const MysqlFacts& own, Peer& peer, const std::string& why,
                                     Deadline deadline);
  void end_of_first_boot(const MysqlFacts& own);
  Status take_position(const MysqlFacts& own);
  Status change_source(const Peer& peer);
  Result<bool> arm_semi_sync(const MysqlFacts& own, const MysqlFacts* peer);
  Result<StepOutcome> wait_for_receiver(Peer& peer, const std::string& before,
                                        const std::string& why, Deadline deadline);
  std::string seen_by(Peer& peer, Deadline deadline);
  Result<StepOutcome> stay(const MysqlFacts& own, const MysqlFacts& peer,
                           const FollowAnswer& answer, Deadline deadline);
  std::string peer_name() const;

  MysqlClient& client_;
  const MysqlConfig& config_;
  const Run& run_;
};

}  // namespace ha
