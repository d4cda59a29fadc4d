// Runs a plan: every lane in a thread of its own, every step bounded, journaled and read back. A
// lane that fails does not stop the others, but the whole is then a failed transition. A failed
// step of a promotion is tried again (`promote_retries`, `retry_delay`); a server that is down or
// silent is a refusal and ends with its cause.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/role_state.h"
#include "notify/alert.h"
#include "notify/plan.h"
#include "notify/session.h"

namespace ha {

struct Report {
  Outcome outcome = Outcome::done;
  std::vector<AlertStep> steps;  ///< of all lanes, in the plan's order of lanes
  std::vector<std::string> problems;
  std::vector<Refusal> refusals;
  std::optional<Held> held;
};

using OpenSession =
    std::function<std::shared_ptr<Session>(const Lane&, std::shared_ptr<const Run>)>;

/// How long one step may take before its server counts as silent.
Millis bound_of(Step step, const Lane& lane, State to, const Config& config);

Report execute(const Plan& plan, const std::shared_ptr<const Run>& run, const OpenSession& open);

}  // namespace ha
