// `ha-agent switchover --reason TEXT`: this MASTER gives its role to the peer, and no acknowledged
// write is lost, with asynchronous replication too.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/exit_code.h"

namespace ha {

struct SwitchoverRequest {
  Millis timeout{};  ///< until the peer serves
  bool dry_run = false;
  std::string reason;
};

/// 0: the peer serves (a dry run: it could). 1: it could not be done; one master serves again,
/// which is said. Prints each step; the last line is the outage that a writing client saw.
ExitCode switchover_command(const Config& config, const SwitchoverRequest& request);

}  // namespace ha
