// Tells syslog of every change of the verdict exactly once, with why, also when several copies of
// the check run at once. A change is another code, another level of a resource, or another kind of
// reason; a number that moves within the same reason (a lag that grows) is none.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/verdict.h"
#include "checks/memory.h"

namespace ha {

/// What must differ for a verdict to count as changed. Pure.
std::string verdict_key(const Verdict& verdict, const std::vector<Finding>& findings);

/// Logs and remembers when the key differs from the remembered one; true when it did. The caller
/// holds the memory's lock.
bool log_verdict(CheckMemory& memory, Role role, const Verdict& verdict,
                 const std::vector<Finding>& findings);

/// What a whole check said last; nullopt: none ever did.
std::optional<Verdict> last_verdict(const CheckMemory& memory);

}  // namespace ha
