// `ha-agent watch`, the resident half: the same work as the hook's, by the same lock and journal,
// outside keepalived's control group. It claims new events at once (inotify, or the FIFO), finishes
// what a killed hook left, and reconciles: it asks the servers and the interfaces what is so,
// judges by the role protocol, and does what a cell of the table asks for. Stopping or restarting
// it changes no role; the hook does without it.
#pragma once
#include "agent/config.h"
#include "agent/exit_code.h"

namespace ha {

/// Runs until SIGTERM or SIGINT. 0 then, and when there is nothing to watch; 1 when another watch
/// runs for this state_dir or it cannot work there.
ExitCode watch_command(const Config& config);

}  // namespace ha
