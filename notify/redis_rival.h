// The other node's Redis as the rival of a promotion: waited for, fenced, and judged. Rules 1 and 2
// of the role protocol; Redis has no lock that two agents could hold.
#pragma once
#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/redis_client.h"
#include "agent/redis_situation.h"
#include "notify/session.h"

namespace ha {

class RedisRival {
 public:
  RedisRival(const RedisConfig& config, const Run& run)
      : config_(config), run_(run), resource_("redis " + config.name) {}

  StepOutcome await_self_fence(Deadline deadline);
  /// Stops the peer's writes, receives the rest, and judges, before anything here is changed.
  Result<StepOutcome> fence(RedisClient& own, Deadline deadline);
  /// Everything again, right before the promotion.
  Eligibility judge(RedisClient& own);
  /// Empty unless the peer answers and takes writes.
  std::string takes_writes();

 private:
  bool has_peer() const { return !config_.peer_host.empty(); }
  Millis patience() const;
  Result<RedisSight> ask();

  const RedisConfig& config_;
  const Run& run_;
  std::string resource_;
  bool silent_ = false;      ///< it was waited for once
  bool refusing_ = false;    ///< it answered last, and let nobody in
  bool waited_out_ = false;  ///< and was silent throughout rule 2's wait
};

}  // namespace ha
