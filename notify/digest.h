// Several alerts as one: what a robot's limit or an outage has piled up. Pure.
#pragma once
#include <cstddef>
#include <vector>

#include "agent/config.h"
#include "notify/alert.h"
#include "notify/outbox.h"

namespace ha {

/// From so many on that could all go out now.
constexpr std::size_t kDigestFrom = 5;

/// How many of the entries, in their order, make a digest of at most `max_bytes`.
std::size_t fits_in_digest(const std::vector<OutboxEntry>& entries, Lang lang,
                           std::size_t max_bytes);
/// A line for each, with its id. As grave as the gravest; of the newest it has state and instance.
Alert digest_of(const std::vector<OutboxEntry>& entries, const std::string& node, Lang lang);

}  // namespace ha
