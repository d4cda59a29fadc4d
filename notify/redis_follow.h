// Makes a fenced Redis the replica of the peer, when that is the primary. What the peer may lack is
// kept aside first (notify/redis_keep.h); where that cannot be done the server stays fenced. Killed
// anywhere and begun again, it ends the same.
#pragma once
#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/redis_client.h"
#include "agent/redis_situation.h"
#include "notify/follow_answer.h"
#include "notify/session.h"

namespace ha {

class RedisFollow {
 public:
  RedisFollow(RedisClient& client, const RedisConfig& config, const Run& run)
      : client_(client), config_(config), run_(run) {}

  Result<StepOutcome> follow(Deadline deadline);

 private:
  struct Look {
    RedisSight own;
    std::optional<RedisSight> peer;
    FollowAnswer answer;
  };

  Result<Look> look(Deadline deadline);
  Result<StepOutcome> keep_and_follow(const Look& before, Deadline deadline);
  Result<StepOutcome> become_replica(const Look& look);
  StepOutcome stay(const std::string& why) const;
  void void_record(const Look& look) const;
  std::string peer_name() const;

  RedisClient& client_;
  const RedisConfig& config_;
  const Run& run_;
};

}  // namespace ha
