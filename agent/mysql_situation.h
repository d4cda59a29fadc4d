// One MySQL or MariaDB database of this node as the role protocol sees it: what the own server, the
// peer's, the witnesses and the record say, put together. Pure; the check, the promotion and watch
// gather in their own ways and decide by this one view.
#pragma once
#include <optional>

#include "agent/config.h"
#include "agent/error.h"
#include "agent/mysql_server.h"
#include "agent/protocol.h"

namespace ha {

/// What is known beside what the own server says.
struct MysqlSurroundings {
  std::optional<Millis> last_lag;  ///< recorded while the receiver ran
  bool drain_refused = false;      ///< the last promotion was refused because of this backlog
  Record record;
  WitnessView witness;
  LockView lock;
  bool first_boot = false;                 ///< no event ever
  std::optional<Result<MysqlFacts>> peer;  ///< nullopt: not asked
  bool source_asked_lately = false;        ///< whether it waits for this replica
};

/// Whether the situation cannot be told without the peer: replication that runs between the two is
/// answer enough, except that a record becomes fresh, and stays so, only by the source's own word.
bool must_ask_peer(const MysqlConfig& config, Role role, const MysqlFacts& own,
                   const MysqlSurroundings& around);

Situation mysql_situation(const MysqlConfig& config, const Result<MysqlFacts>& own,
                          const MysqlSurroundings& around);

}  // namespace ha
