// `ha-agent init --install`: this node's files from a pair's folder to their places.
#pragma once
#include "agent/exit_code.h"
#include "notify/init_command.h"

namespace ha {

ExitCode install_node(const InitWords& words);

}  // namespace ha
