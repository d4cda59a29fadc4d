// The journal's two files as such, for who reads them otherwise than by read_journal().
#pragma once
#include <functional>
#include <string>

#include "agent/error.h"
#include "agent/state_dir.h"

namespace ha {

/// What was rotated: beyond 4 MiB the journal replaces it, and what it counted goes to
/// counters.json (counters.h).
inline std::string journal_before(const StateDir& dir) {
  return dir.root + "/journal.1.jsonl";
}
/// Calls `read`, which reads both files, again when they were rotated meanwhile.
Status read_unrotated(const StateDir& dir, const std::function<Status()>& read);

}  // namespace ha
