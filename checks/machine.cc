#include "checks/machine.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>

#include "agent/atomic_file.h"
#include "agent/text.h"

namespace ha {
namespace {

/// "MemTotal:       24689728 kB"
std::optional<double> field(std::string_view meminfo, std::string_view name) {
  for (const std::string_view line : split(meminfo, '\n')) {
    if (!line.starts_with(name) || line.substr(name.size(), 1) != ":") continue;
    const std::string_view value = trimmed(line.substr(name.size() + 1));
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error == std::errc{}) return static_cast<double>(number);
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> disk_free(const std::string& path) {
  struct statvfs st {};
  if (::statvfs(path.c_str(), &st) != 0) return std::nullopt;
  const double used = static_cast<double>(st.f_blocks) - static_cast<double>(st.f_bfree);
  const double left = static_cast<double>(st.f_bavail);
  if (used + left <= 0) return std::nullopt;
  return 100 * left / (used + left);
}

std::optional<double> load_per_processor() {
  double load = 0;
  const long processors = ::sysconf(_SC_NPROCESSORS_ONLN);
  if (::getloadavg(&load, 1) != 1 || processors <= 0) return std::nullopt;
  return load / static_cast<double>(processors);
}

std::optional<double> memory_used(std::string_view meminfo) {
  const auto total = field(meminfo, "MemTotal");
  const auto available = field(meminfo, "MemAvailable");
  if (!total || !available || *total <= 0) return std::nullopt;
  return 100 * (*total - *available) / *total;
}

std::optional<double> memory_used() {
  const auto meminfo = read_file("/proc/meminfo");
  return meminfo ? memory_used(*meminfo) : std::nullopt;
}

}  // namespace ha
