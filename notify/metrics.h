// `ha-agent metrics`: what is so on this node, for Prometheus. The names are a contract; README.md
// lists them. Rendering is pure; the command gathers within the deadline of a check what `check`
// and `status` gather, and changes nothing but the file it is told to write.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/exit_code.h"
#include "agent/role_state.h"
#include "agent/witness.h"
#include "notify/counters.h"

namespace ha {

struct SpoolMetrics {
  std::string channel;
  std::size_t waiting = 0;
  std::optional<std::int64_t> oldest_ms;  ///< since when, of what could have been sent
};

struct RuleMetrics {
  std::string rule;
  std::string about;
  bool firing = false;
};

/// What the node's files say.
struct RecordMetrics {
  Counters counters;
  std::map<std::string, State> instances;  ///< what keepalived said last in this boot
  std::vector<SpoolMetrics> spool;         ///< every channel of the configuration
  std::size_t dead_letters = 0;
  std::vector<RuleMetrics> rules;  ///< every one of the configuration
  bool watch_runs = false;
  std::optional<bool> lock_held;    ///< none: no lock is configured
  std::optional<double> disk_free;  ///< percent; none: it was not told
};

struct MetricsReport {
  std::string version;
  std::int64_t now_ms = 0;
  RoleGathered role;
  std::vector<Finding> findings;
  std::optional<Verdict> verdict;  ///< none without resources
  Millis took{};                   ///< of the check
  std::vector<WitnessAnswer> witnesses;
  Quorum quorum = Quorum::majority;
  std::string lock;  ///< its name
  RecordMetrics records;
};

std::string render_metrics(const MetricsReport& report);

/// To stdout, or into `textfile`, replaced at once. `no` with one sentence on stderr when the
/// node's own records cannot be read, or the file not be written: it keeps its old heartbeat then.
ExitCode metrics_command(const Config& config, const std::string& textfile);

}  // namespace ha
