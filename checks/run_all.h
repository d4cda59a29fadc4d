// Runs probes at once, each in a thread of its own, under one deadline for the whole. A probe that
// is late is abandoned: its thread keeps what it uses and ends with the process, which leaves
// through agent/leave.h. That bounds everything, name resolution included.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "agent/deadline.h"
#include "agent/finding.h"
#include "checks/probe.h"

namespace ha {

struct Job {
  std::string kind;
  std::string name;
  /// Runs in the job's thread; owns all it uses. `took` is filled in for it.
  std::function<Finding(Stage&, Deadline)> probe;
  /// What to say when it did not end: "connected, no greeting". Called by the waiting thread.
  std::function<std::string(const Stage&)> late;
};

/// The findings in the order of the jobs. Those that were late are Level::unknown and name the
/// stage at which they hung. Returns at the deadline at the latest.
std::vector<Finding> run_all(std::vector<Job> jobs, Deadline deadline);

}  // namespace ha
