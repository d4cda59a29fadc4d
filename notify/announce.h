// Telling people what an operator does with the automation and what rules see, on every channel.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/state_dir.h"
#include "notify/alert.h"

namespace ha {

/// Puts it into the outbox, with the newest event's state in its first line. Failures are logged.
void announce(const Config& config, const StateDir& dir, Subject subject, Outcome outcome,
              std::vector<std::string> lines);

/// The same for what an [alert] section says. `seen`: what the check saw; may be empty.
void announce_rule(const Config& config, const StateDir& dir, Subject subject, RuleReport report,
                   Severity severity, std::int64_t at_ms, const std::string& seen);

}  // namespace ha
