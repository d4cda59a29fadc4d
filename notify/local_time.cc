#include "notify/local_time.h"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

namespace ha {

std::string format_local_time(std::int64_t wall_ms) {
  const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return fmt::format("{} ms", wall_ms);
  const long offset = local.tm_gmtoff / 60;
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} {}{:02}:{:02}", local.tm_year + 1900,
                     local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
                     offset < 0 ? '-' : '+', std::labs(offset) / 60, std::labs(offset) % 60);
}

}  // namespace ha
