// The probe of MySQL and MariaDB. Facts come from agent/mysql_server.h; what they mean for a
// STANDBY is can_promote()'s to say (agent/protocol.h).
#pragma once
#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/mysql_situation.h"
#include "checks/data_look.h"
#include "checks/probe.h"

namespace ha {

/// What is known about this server beside what it says itself.
struct MysqlContext {
  Expectation expect;
  OnStale on_stale = OnStale::refuse;
  bool forced = false;  ///< `promote --force`
  MysqlSurroundings around;
  DataLook data;            ///< the last one, or this check's own
  WaitMemory waits_before;  ///< of the look before
  Standstill standstill;    ///< of a MASTER's writes, of a standby's applier
};

/// The fact's name that carries the lag, there only while the receiver runs.
constexpr const char* kLagFact = "lag_ms";
/// "none": no source is configured.
constexpr const char* kReceiverFact = "receiver";
/// How long, at least, the writes of a MASTER have stood still; 0: they go through.
constexpr const char* kWriteWaitFact = "write_wait_ms";

/// Blocks; the library's own limits are whole seconds, so the caller needs a hard limit of its own.
Result<MysqlFacts> probe_mysql_facts(const MysqlEndpoint& endpoint, Deadline deadline, Stage& stage,
                                     const MysqlAsk& ask = {});
Finding judge_mysql(const MysqlConfig& config, const Result<MysqlFacts>& facts,
                    const MysqlContext& context);

}  // namespace ha
