// `ha-agent alerts list|retry|test|drop`: the outbox by the operator's hand. Each prints to stdout
// and gives the exit code; the render functions are pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/exit_code.h"
#include "notify/outbox.h"

namespace ha {

/// Lists what waits and what was given up, or the latter alone; always ok but when the outbox
/// cannot be read.
ExitCode alerts_list(const Config& config, bool json, bool only_dead);

/// Sends what waits now, backoff ignored; with `dead` what was given up, too. ok when nothing is
/// left undelivered, what was given up and not asked for aside. With `due` (the systemd timer's
/// form) only what is due and waits, silently, and ok also when something still waits.
ExitCode alerts_retry(const Config& config, bool due, bool dead);

/// Sends one test message past the outbox and prints what the vendor said, masked. ok only when the
/// verdict is.
ExitCode alerts_test(const Config& config, const std::string& channel);

/// Drops entries by their ids (or by an event's id: on all its channels), waiting or given up. They
/// are not made anew. `no` when an id is not there.
ExitCode alerts_drop(const Config& config, const std::vector<std::string>& ids, bool all);

std::string render_alerts_text(const std::vector<OutboxEntry>& entries, const Config& config,
                               std::int64_t now_ms);
/// An array of {id, event, channel, instance, to, outcome, state ("waiting", "dead", "no-channel"),
/// attempts, created_at_ms, next_at_ms, last_status, last_error}.
std::string render_alerts_json(const std::vector<OutboxEntry>& entries, const Config& config);

}  // namespace ha
