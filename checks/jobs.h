// From the configuration to the probes to run.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "agent/role_state.h"
#include "checks/memory.h"
#include "checks/run_all.h"

namespace ha {

/// The probes of the resources that `selected` names (all when it is empty), in the order of the
/// configuration's kinds. A resource that is not asked on a standby has a job that says so.
/// `Expectation::starting` holds for those of kind http and unit that were not healthy since the
/// promotion.
std::vector<Job> make_jobs(const Config& config, const RoleGathered& role,
                           const CheckMemory& memory, const std::vector<std::string>& selected);

/// Whether `word` means this resource: `main`, `mysql main`, `mysql:main` or `mysql`.
bool selects(std::string_view word, std::string_view kind, std::string_view name);
/// "mysql main, redis cache": every resource, to say what a word could have meant.
std::string known_resources(const Config& config);
/// The words that select nothing.
std::vector<std::string> unknown_words(const Config& config, const std::vector<std::string>& words);

}  // namespace ha
