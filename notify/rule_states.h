// rules.json: where each rule of an [alert] section stands. Written by watch, read by it after a
// restart and by status.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "agent/error.h"
#include "agent/state_dir.h"
#include "notify/alert.h"
#include "notify/rule.h"

namespace ha {

struct KeptRule {
  RuleReport report;  ///< as it was told or would be; with the last value
  Severity severity = Severity::warning;
  RuleState state;
};

struct RuleStates {
  std::int64_t judged_ms = 0;  ///< samples up to here have been judged
  /// By the rule's name and what it is about. Those at rest are left out.
  std::map<std::string, KeptRule> rules;
};

/// A file that is missing, or that cannot be read, is no state: what fires is then told again.
RuleStates read_rule_states(const StateDir& dir);
Status write_rule_states(const StateDir& dir, const RuleStates& states, Durability durability);

}  // namespace ha
