// How a check's outcome is shown: for a terminal, for monitoring (the plugins' convention), and as
// JSON (render_json.cc). Pure.
#pragma once
#include <string>
#include <vector>

#include "agent/finding.h"
#include "agent/verdict.h"

namespace ha {

struct CheckReport {
  std::string node;
  std::string instance;
  Role role = Role::standby;
  State newest = State::none;
  Verdict verdict;
  std::vector<Finding> findings;
  std::string maintenance;           ///< the reason of one that is on
  std::vector<std::string> remarks;  ///< about the check itself: what it could not remember
  Millis deadline{};
  Millis took{};
};

/// One aligned line a resource, then the verdict; `colour` adds terminal sequences.
std::string render_text(const CheckReport& report, bool colour);
/// First line `HA OK: …`, `HA CRITICAL: …` or `HA UNKNOWN: …` with performance data, then a line a
/// resource.
std::string render_nagios(const CheckReport& report);
/// One object: version, agent, node, instance, role, newest_event, verdict{code, word, reason},
/// maintenance (its reason) or null, deadline_ms, took_ms, resources[{kind, name, level, seen,
/// took_ms, facts{}}], remarks[].
std::string render_json(const CheckReport& report);

/// 0 OK, 2 CRITICAL, 3 UNKNOWN.
int nagios_code(ExitCode code);

}  // namespace ha
