#include "notify/resource_history.h"

#include <algorithm>

namespace ha {
namespace {

/// The largest value of `window` (agent/options.cc).
constexpr std::int64_t kLongestWindowMs = 3'600'000;

Reading value(double number, const std::string& seen) {
  return {Reading::Kind::value, number, seen};
}

template <class T>
Reading value_or_unknown(const std::optional<T>& number) {
  if (!number) return {};
  return value(static_cast<double>(*number), {});
}

bool failed(Level level) {
  return level == Level::no || level == Level::unknown;
}

}  // namespace

void ResourceHistory::add(const ResourceSample& sample, std::int64_t at_ms) {
  if (failed(sample.level)) failures_.push_back(at_ms);
  while (!failures_.empty() && failures_.front() <= at_ms - kLongestWindowMs) {
    failures_.pop_front();
  }
  if (sample.level != Level::unknown || answered_ms_ == 0) answered_ms_ = at_ms;
  last_ = sample;
  last_ms_ = at_ms;
}

Reading ResourceHistory::read(const AlertRuleConfig& rule, std::int64_t now_ms) const {
  if (!last_ || now_ms - last_ms_ > kSamplesStale.count()) return {};
  switch (rule.metric) {
    case Metric::response_time: {
      // A server that hangs is as slow as it has hung, not as slow as a check's deadline.
      const std::int64_t waited = last_->level == Level::unknown ? last_ms_ - answered_ms_ : 0;
      return value(static_cast<double>(std::max<std::int64_t>(waited, last_->took.count())),
                   last_->seen);
    }
    case Metric::replication_lag:
      if (last_->no_source) return {Reading::Kind::none, 0, {}};
      if (!last_->lag) return {};
      return value(static_cast<double>(last_->lag->count()), {});
    case Metric::write_wait:
      if (last_->level == Level::unknown) return {};
      if (!last_->write_wait) return {Reading::Kind::none, 0, {}};
      return value(static_cast<double>(last_->write_wait->count()), last_->seen);
    case Metric::connection_count:
      return value_or_unknown(last_->connections);
    case Metric::database_size:
      return value_or_unknown(last_->dataset_bytes);
    case Metric::error_count: {
      const auto within = [&](std::int64_t at_ms) {
        return at_ms > now_ms - rule.window.count() && at_ms <= now_ms;
      };
      const auto count = std::count_if(failures_.begin(), failures_.end(), within);
      return value(static_cast<double>(count), last_->seen);
    }
    case Metric::probe_up:
      if (last_->level == Level::pending) return {};
      return value(failed(last_->level) ? 0 : 1, last_->seen);
    case Metric::network_latency:
    case Metric::disk_free:
    case Metric::load:
    case Metric::memory:
    case Metric::spool_age:
      break;
  }
  return {};
}

}  // namespace ha
