#include "notify/operator.h"

#include <unistd.h>

#include <cstdlib>

namespace ha {

std::string operator_name() {
  const char* const sudo = ::getenv("SUDO_USER");  // NOLINT(concurrency-mt-unsafe)
  return sudo != nullptr ? sudo : "uid " + std::to_string(::getuid());
}

}  // namespace ha
