// Telling people what an operator does with the automation, on every channel.
#pragma once
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/state_dir.h"
#include "notify/alert.h"

namespace ha {

/// Puts it into the outbox, with the newest event's state in its first line. Failures are logged.
void announce(const Config& config, const StateDir& dir, Subject subject, Outcome outcome,
              std::vector<std::string> lines);

}  // namespace ha
