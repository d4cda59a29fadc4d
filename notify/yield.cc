#include "notify/yield.h"

#include "agent/atomic_file.h"

namespace ha {

Status set_yield(const Config& config, bool yields) {
  constexpr mode_t kReadable = 0644;
  if (!can_yield(config)) return {};
  // Relaxed: it is a signal to a process that runs, and at boot it has to say 0 anyway.
  return write_file(config.agent.yield_file, yields ? "1\n" : "0\n", Durability::relaxed,
                    kReadable);
}

}  // namespace ha
