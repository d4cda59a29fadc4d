#pragma once
#include <cstdlib>

namespace ha {

/// A variable of the environment; nullptr: it is not set. Thread-safe, because this program never
/// changes its environment.
inline const char* env_value(const char* name) {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace ha
