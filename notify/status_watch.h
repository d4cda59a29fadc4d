// `ha-agent status --watch`: the status drawn again and again in the same place of a terminal.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/exit_code.h"

namespace ha {

/// Pure. `text` from the upper left corner on, each line in place of what was there; of more than
/// `rows` lines the last one says how many are left out.
std::string redraw(const std::string& text, std::size_t rows);

/// Until Ctrl-C or SIGTERM; the terminal is then as it was. Usage when stdout is no terminal.
ExitCode watch_status(const Config& config, Millis interval);

}  // namespace ha
