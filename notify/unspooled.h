// Alerts that could not be written to the outbox because the disk is full or broken. They live in
// this process only and are sent by its own delivery; their event stays untold on disk, so that a
// later run tells it if this one does not come so far. Thread-safe.
#pragma once
#include <string>
#include <vector>

#include "notify/outbox.h"

namespace ha::unspooled {

/// Also what a failed try changed.
void keep(const StateDir& dir, OutboxEntry entry);
/// It was delivered, but its marker did not fit on the disk either: without one it would be told
/// once more when there is room.
void keep_delivered(const StateDir& dir, OutboxEntry entry);
/// Those of one channel that wait, oldest event first.
std::vector<OutboxEntry> of_channel(const StateDir& dir, const std::string& channel);
void forget(const StateDir& dir, const OutboxEntry& entry);
/// How many wait.
std::size_t count(const StateDir& dir);
/// Whether there is anything that put_on_disk() would write.
bool any(const StateDir& dir);
/// What waits goes to the outbox, and what was delivered gets its marker. An error: the disk is
/// still full, and what did not fit is still here.
Status put_on_disk(const StateDir& dir);

}  // namespace ha::unspooled
