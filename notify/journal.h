// The journal: journal.jsonl, one JSON object a line, append-only; what `history` shows. A torn
// last line (power cut) is skipped by readers. Rotated to journal.1.jsonl beyond 4 MiB.
// Thread-safe. Line types: "event" (recorded), "begin" and "end" of a transition, "step", "alert",
// "ack", "note".
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "agent/atomic_file.h"
#include "agent/error.h"
#include "agent/state_dir.h"

namespace ha {

/// Adds "at_ms" (wall clock) and "type" and appends. Failing to write is logged, never fatal: a
/// full disk must not stop a failover.
void journal(const StateDir& dir, const char* type, nlohmann::json fields,
             Durability durability = Durability::relaxed);

/// All lines of both files, oldest first.
Result<std::vector<nlohmann::json>> read_journal(const StateDir& dir);

}  // namespace ha
