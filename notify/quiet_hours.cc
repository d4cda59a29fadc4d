#include "notify/quiet_hours.h"

#include <ctime>

namespace ha {

bool is_quiet(const QuietHours& hours, int minute) {
  if (hours.from == hours.to) return false;
  if (hours.from < hours.to) return minute >= hours.from && minute < hours.to;
  return minute >= hours.from || minute < hours.to;
}

int minute_of_day(std::int64_t wall_ms) {
  const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local.tm_hour * 60 + local.tm_min;
}

bool waits_for_morning(const ChannelConfig& channel, const Alert& alert, std::int64_t wall_ms) {
  const bool ends = alert.subject == Subject::rule_resolved || !alert.ends.empty();
  if (severity_of(alert) == Severity::critical || ends) return false;
  return is_quiet(channel.quiet_hours, minute_of_day(wall_ms));
}

}  // namespace ha
