// `ha-agent notify`: what keepalived runs at every change of state.
//
// Design. 1. The event is recorded durably before anything else. 2. With watch running, that is
// all: watch claims the event at once. Unclaimed after 200 ms, or without watch, this process makes
// the roles true itself (notify/roles.h). 3. Whoever finds the lock held for 200 ms leaves - but
// FAULT, STOP and DELETED then stop the writes themselves: the holder may hang in a step. 4. People
// are told when the roles are true.
//
// SIGTERM is ignored until the roles are true: keepalived sends it to its children when its VRRP
// process ends (PR_SET_PDEATHSIG), which is when a demotion matters most.
#pragma once
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/exit_code.h"

namespace ha {

/// 0 the roles are true or another process makes them so; 1 refused, failed or overtaken; 64 wrong
/// words.
ExitCode notify_command(const Config& config, const std::vector<std::string>& words);

/// Clears a held failure; journaled. 0 cleared, or there was none (and it says so); 1 not possible.
ExitCode ack_command(const Config& config);

}  // namespace ha
