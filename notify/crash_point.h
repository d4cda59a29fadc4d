// Places where a test build kills itself, to show that whoever comes next ends in the same state.
// In every other build there is nothing here.
#pragma once
#ifdef HA_CRASH_POINTS
#include <csignal>

#include "agent/environment.h"
#endif
#include <string>

namespace ha {

/// Dies here when the environment's HA_CRASH_AFTER names the place: "mysql main/drain", "begin",
/// "settled", "told".
inline void crash_point([[maybe_unused]] const std::string& place) {
#ifdef HA_CRASH_POINTS
  const char* const wanted = env_value("HA_CRASH_AFTER");
  if (wanted != nullptr && place == wanted) std::raise(SIGKILL);
#endif
}

}  // namespace ha
