// maintenance.json: the operator has taken the automation out of action. It is there from
// `maintenance on` to `maintenance off` or the end of its time, over reboots too, so its times are
// the wall clock's. Written by root under the role lock, read by everybody.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "agent/error.h"
#include "agent/exit_code.h"
#include "agent/state_dir.h"

namespace ha {

struct Maintenance {
  std::int64_t since_ms = 0;
  std::optional<std::int64_t> until_ms;  ///< none: until `maintenance off`
  std::string reason;
  std::string by;
  /// What the last whole check before it said; a node never proven healthy says no.
  ExitCode verdict = ExitCode::no;
  std::string verdict_reason;
  std::int64_t told_ms = 0;  ///< when people were last told of it

  bool over(std::int64_t now_ms) const { return until_ms && now_ms >= *until_ms; }
};

/// nullopt: none. One that is over is still given, until somebody has ended it.
Result<std::optional<Maintenance>> read_maintenance(const StateDir& dir);
Status write_maintenance(const StateDir& dir, const Maintenance& maintenance);
Status remove_maintenance(const StateDir& dir);

}  // namespace ha
