// Keeps concurrent copies of the check apart while one reads, judges and writes what they all
// remember. Held for well under a millisecond; a copy that does not get it in time goes without.
#pragma once
#include <optional>

#include "agent/deadline.h"
#include "agent/fd.h"
#include "checks/memory.h"

namespace ha {

/// nullopt when another holds it until the deadline, or when the file cannot be made (then
/// memory.trouble() says why). Released with the descriptor.
std::optional<Fd> lock_memory(CheckMemory& memory, Deadline deadline);

}  // namespace ha
