// The same questions in the same order as `check` asks them, and nothing remembered: for `status`
// and `metrics`.
#pragma once
#include <optional>
#include <vector>

#include "agent/config.h"
#include "agent/role_state.h"
#include "agent/verdict.h"

namespace ha {

struct WholeCheck {
  std::vector<Finding> findings;
  std::optional<Verdict> verdict;  ///< what `check` would say; none without resources
};

/// Within the configured deadline.
WholeCheck ask_resources(const Config& config, const RoleGathered& role);

}  // namespace ha
