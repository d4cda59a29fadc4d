#include "agent/log.h"

#include <syslog.h>
#include <unistd.h>

#include <cstdio>

namespace ha::log {
namespace {

bool to_stderr = false;

void put(int priority, std::string_view text) {
  ::syslog(priority, "%.*s", static_cast<int>(text.size()), text.data());
  if (to_stderr)
    std::fprintf(stderr, "ha-agent: %.*s\n", static_cast<int>(text.size()), text.data());
}

}  // namespace

void open(bool verbose) {
  ::openlog("ha-agent", LOG_PID, LOG_DAEMON);
  to_stderr = verbose || ::isatty(STDERR_FILENO) == 1;
}

void error(std::string_view text) {
  put(LOG_ERR, text);
}
void warning(std::string_view text) {
  put(LOG_WARNING, text);
}
void notice(std::string_view text) {
  put(LOG_NOTICE, text);
}
void info(std::string_view text) {
  put(LOG_INFO, text);
}

}  // namespace ha::log
