// What the checks saw of one resource, as far as rules need to look back. Times are the samples'.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>

#include "agent/sample.h"
#include "notify/rule.h"

namespace ha {

/// Without a check for this long nobody knows how a resource is.
constexpr Millis kSamplesStale{60'000};

class ResourceHistory {
 public:
  void add(const ResourceSample& sample, std::int64_t at_ms);
  /// Unknown where the last sample is stale or does not tell. For response_time to error_count and
  /// a Redis' database_size.
  Reading read(const AlertRuleConfig& rule, std::int64_t now_ms) const;

 private:
  std::optional<ResourceSample> last_;
  std::int64_t last_ms_ = 0;
  std::int64_t answered_ms_ = 0;       ///< when it answered last, whatever it said
  std::deque<std::int64_t> failures_;  ///< of the longest window
};

}  // namespace ha
