// `ha-agent maintenance on|off`: the operator takes this node's automation out of action. BACKUP
// and MASTER are recorded only, watch changes nothing, the check repeats its last verdict; FAULT
// and STOP still demote, and an isolated master still fences itself, because the peer need not be
// in maintenance. At its end the newest event's work is done.
#pragma once
#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/exit_code.h"

namespace ha {

/// `lasts`: none: until `off`. Said again, it changes reason and end.
ExitCode maintenance_on(const Config& config, std::optional<Millis> lasts,
                        const std::string& reason);
ExitCode maintenance_off(const Config& config);

/// Ends a maintenance whose time is over, and tells people daily of one that goes on. Cheap; called
/// by whoever comes by (watch, hooks, the timer).
void tend_maintenance(const Config& config);

}  // namespace ha
