#include "notify/operator.h"

#include <unistd.h>

#include "agent/environment.h"

namespace ha {

std::string operator_name() {
  const char* const sudo = env_value("SUDO_USER");
  return sudo != nullptr ? sudo : "uid " + std::to_string(::getuid());
}

}  // namespace ha
