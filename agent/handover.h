// switchover.json: this node gives its role to the peer. It is there while `ha-agent switchover`
// works; one whose process is gone was left by a kill, and whoever finds it (watch, a hook, the
// timer) takes the yield back. Written by root, read by everybody.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "agent/error.h"
#include "agent/event.h"
#include "agent/state_dir.h"

namespace ha {

struct Handover {
  ProcessId worker;
  std::string reason;
  std::string by;
  std::int64_t since_ms = 0;  ///< wall clock

  bool alive() const { return worker.alive(); }
};

Result<std::optional<Handover>> read_handover(const StateDir& dir);
Status write_handover(const StateDir& dir, const Handover& handover);
Status remove_handover(const StateDir& dir);

}  // namespace ha
