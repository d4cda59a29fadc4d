// The log: syslog (ident ha-agent, facility daemon), and stderr as well when that is a terminal or
// --verbose was given. keepalived gives its scripts /dev/null as stderr, so syslog is what
// operators see. Thread-safe. Never pass a secret.
#pragma once
#include <string_view>

namespace ha::log {

void open(bool verbose);
void error(std::string_view text);
void warning(std::string_view text);
void notice(std::string_view text);
void info(std::string_view text);

}  // namespace ha::log
