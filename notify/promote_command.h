// `ha-agent promote --force --reason TEXT`: an operator takes the loss upon himself. It lifts every
// refusal but that of a server that is not there. On a MASTER the promotion runs at once; on a
// STANDBY the check says yes, and the promotion that keepalived then asks for is forced.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/exit_code.h"

namespace ha {

/// 0 promoted, or the way is free; 1 refused, failed, or another process is at work.
ExitCode promote_command(const Config& config, const std::string& reason);

}  // namespace ha
