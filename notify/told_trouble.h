// Which transitions of this node were told as gone wrong, until one goes well and ends them: that
// one goes to whoever was told of the trouble, whatever its own graveness. A file in the state
// directory; losing it leaves an incident open at a vendor, and nothing else.
#pragma once
#include <string>
#include <vector>

#include "agent/state_dir.h"
#include "notify/alert.h"

namespace ha {

/// What is open once `alert` was told, given what was open before.
std::vector<std::string> open_after(std::vector<std::string> open, const Alert& alert);
/// What `alert` ends of it: all of it or nothing.
std::vector<std::string> ended_by(const std::vector<std::string>& open, const Alert& alert);

/// The states ("MASTER") whose transitions went wrong; empty also when the file cannot be read,
/// which is logged.
std::vector<std::string> read_trouble(const StateDir& dir);
/// Writes only what differs; durable when it returns.
Status write_trouble(const StateDir& dir, const std::vector<std::string>& open);

}  // namespace ha
