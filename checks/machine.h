// What this machine has left: read from the kernel, nothing changed. nullopt where it is not told.
// disk_free() may hang with a file system of the network; ask in a thread that may.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace ha {

/// Percent of the file system with `path` that others than root can still fill, as df shows it.
std::optional<double> disk_free(const std::string& path);
/// Of the last minute, per processor.
std::optional<double> load_per_processor();
/// Percent in use: what is not MemAvailable.
std::optional<double> memory_used();
/// The same from the text of /proc/meminfo. Pure.
std::optional<double> memory_used(std::string_view meminfo);

}  // namespace ha
