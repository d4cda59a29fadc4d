// Who a process is, from /proc: start time (clock ticks since boot) and the boot's id.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace ha {

/// This boot's id; the same for every process until the next boot.
std::string boot_id();
/// Field 22 of /proc/PID/stat (proc(5)); nullopt when there is no such process or it is a zombie.
std::optional<std::int64_t> start_ticks(pid_t pid);

}  // namespace ha
