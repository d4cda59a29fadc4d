#include "agent/finding.h"

namespace ha {

const char* to_string(Level level) {
  switch (level) {
    case Level::ok:
      return "ok";
    case Level::degraded:
      return "degraded";
    case Level::pending:
      return "pending";
    case Level::unknown:
      return "unknown";
    case Level::no:
      return "no";
  }
  return "unknown";
}

}  // namespace ha
