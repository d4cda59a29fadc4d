// The same questions in the same order as `check` asks them, and nothing remembered: for `status`
// and `metrics`.
#pragma once
#include <optional>
#include <vector>

#include "agent/config.h"
#include "agent/role_state.h"
#include "agent/verdict.h"
#include "checks/jobs.h"

namespace ha {

struct WholeCheck {
  std::vector<Finding> findings;
  std::optional<Verdict> verdict;  ///< what `check` would say; none without resources
};

/// Within the configured deadline. `peers`: of whoever asks them, too.
WholeCheck ask_resources(const Config& config, const RoleGathered& role, PeerAnswers peers = {});

}  // namespace ha
