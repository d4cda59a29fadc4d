// Giving the VIP away at once: a file that keepalived watches as a weight-0 track_file. Any number
// but 0 in it is FAULT. Source: keepalived 2.2.7 track_file(5 keepalived.conf), vrrp_track.c.
#pragma once
#include "agent/config.h"
#include "agent/error.h"

namespace ha {

/// True where the configuration names such a file; without one the check's exit code has to do.
inline bool can_yield(const Config& config) {
  return !config.agent.yield_file.empty();
}
/// Without a file nothing is done.
Status set_yield(const Config& config, bool yields);

}  // namespace ha
