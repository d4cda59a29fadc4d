// Alerts that could not be written to the outbox because the disk is full or broken. They live in
// this process only and are sent by its own delivery; their event stays untold on disk, so that a
// later run tells it if this one does not come so far. Thread-safe.
#pragma once
#include <string>
#include <vector>

#include "notify/outbox.h"

namespace ha::unspooled {

void keep(const StateDir& dir, OutboxEntry entry);
/// Those of one channel, oldest event first.
std::vector<OutboxEntry> of_channel(const StateDir& dir, const std::string& channel);
void forget(const StateDir& dir, const OutboxEntry& entry);
std::size_t count(const StateDir& dir);

}  // namespace ha::unspooled
