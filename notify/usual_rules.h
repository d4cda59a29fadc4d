// The rules that watch judges: those of the [alert] sections, and one that needs no section,
// because nobody thinks of it before the day it tells of. Pure.
#pragma once
#include <vector>

#include "agent/config.h"

namespace ha {

/// "writes-stand": the writes of a MASTER's MySQL stand still. A section about write_wait, or of
/// that name, takes its place.
constexpr const char* kWritesStandRule = "writes-stand";

std::vector<AlertRuleConfig> rules_of(const Config& config);

}  // namespace ha
