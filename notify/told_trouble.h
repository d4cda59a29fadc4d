// Which transitions of this node were told as gone wrong, until one goes well and ends them: that
// one goes to whoever was told of the trouble, whatever its own graveness. A file in the state
// directory; losing it leaves an incident open at a vendor, and nothing else.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "agent/state_dir.h"
#include "notify/alert.h"

namespace ha {

struct Trouble {
  std::vector<std::string> states;  ///< "MASTER": whose transitions went wrong; empty: none
  std::int64_t at_ms = 0;           ///< when the newest of these events came
  bool operator==(const Trouble&) const = default;
};

/// What is open once `alert` was told, given what was open before.
Trouble open_after(Trouble open, const Alert& alert);
/// The states that `alert` ends: all or none. An older event that is told late ends nothing.
std::vector<std::string> ended_by(const Trouble& open, const Alert& alert);

/// None also when the file cannot be read, which is logged.
Trouble read_trouble(const StateDir& dir);
/// Writes only what differs; durable when it returns.
Status write_trouble(const StateDir& dir, const Trouble& open);

}  // namespace ha
