// `ha-agent config check`, `config show` and `config example`. They write to stdout and change
// nothing.
#pragma once
#include <string>

#include "agent/exit_code.h"

namespace ha {

/// Every problem and warning, a line each; or `PATH: ok, N resources, N channels`. ok or config.
ExitCode config_check(const std::string& path);
/// Every key with value and origin, secrets masked. A configuration with problems prints those to
/// stderr instead.
ExitCode config_show(const std::string& path);
/// A configuration to start from, as the package installs it. ok, or no when it could not be
/// written.
ExitCode print_config_example();

}  // namespace ha
