// Who a process is, from /proc: start time (clock ticks since boot) and the boot's id.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ha {

/// The environment variable in which ha-agent-watch.service gives the boot's id, as 32 hexadecimal
/// digits (systemd 252 systemd.unit(5), %b). The unit has a /proc of its own, and in a container
/// the kernel's id stands there instead of the container's.
constexpr const char* kBootIdVariable = "HA_AGENT_BOOT_ID";

/// 32 lower-case hexadecimal digits with the dashes of a UUID; empty when they are none.
std::string uuid_of(std::string_view digits);
/// This boot's id; the same for every process until the next boot.
std::string boot_id();
/// Field 22 of /proc/PID/stat (proc(5)); nullopt when there is no such process or it is a zombie.
std::optional<std::int64_t> start_ticks(pid_t pid);

}  // namespace ha
