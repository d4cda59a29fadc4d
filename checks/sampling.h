// What a check leaves for the rules: its findings as numbers.
#pragma once
#include <cstdint>
#include <vector>

#include "agent/finding.h"
#include "agent/sample.h"
#include "checks/memory.h"

namespace ha {

/// Without what was not asked. Pure.
Sample sample_of(const std::vector<Finding>& findings, std::int64_t at_ms);
/// Appends it to the samples' file. What goes wrong is kept in memory.trouble().
void remember_sample(CheckMemory& memory, const StateDir& dir, const Sample& sample);

}  // namespace ha
