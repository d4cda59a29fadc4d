// `ha-agent notify`: what keepalived runs at every change of state.
//
// Design. 1. The event is recorded durably before anything else. 2. Whoever gets the lock acts on
// the *newest* event, whichever process recorded it, and looks again before it goes; after it has
// let go of the lock it looks once more, so that an event recorded while the lock was still held is
// never left behind.
// 3. Whoever finds the lock held for 200 ms leaves - but FAULT, STOP and DELETED then stop the
// writes themselves: the holder may hang in a step. 4. Killed anywhere, the next run finds an event
// without an end and starts its plan anew; every step looks before it acts. 5. People are told when
// the roles are true.
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
