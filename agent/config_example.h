// etc/ha-agent.conf, compiled in: what the package installs and `config example` prints. The
// Makefile makes the definition out of that file. Constant; any thread.
#pragma once
#include <string_view>

namespace ha {

extern const std::string_view config_example;

}  // namespace ha
