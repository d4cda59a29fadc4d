// systemd's service notification (sd_notify(3)), without libsystemd: one datagram to the socket
// that NOTIFY_SOCKET names. Both functions read the environment, so nobody may change it meanwhile;
// else any thread. Neither blocks: a full socket loses the message, and the next beat repeats it.
#pragma once
#include <optional>
#include <string_view>

#include "agent/deadline.h"

namespace ha {

/// `state` is lines of "READY=1", "WATCHDOG=1", "STATUS=…", "STOPPING=1". False when systemd did
/// not start us with Type=notify, or did not take it.
bool sd_notify(std::string_view state);

/// systemd kills us when no WATCHDOG=1 came for this long: beat at half of it. nullopt: no
/// watchdog, or it means another process.
std::optional<Millis> sd_watchdog();

}  // namespace ha
