// Keeps what a Redis server holds aside, as a copy of an RDB file that it saves for the purpose,
// before it becomes the replica of a primary that may lack some of it. Only for a server of this
// host, and one that takes no writes: what is saved is then what is given up. One state of one
// history has one file; done again, it replaces it.
#pragma once
#include <functional>
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/redis_client.h"
#include "agent/redis_server.h"

namespace ha {

struct KeptData {
  std::string file;     ///< where they are
  std::string trouble;  ///< why they could not be kept; empty: they are
  std::string command;  ///< how to look at them
};

/// BGSAVE, waited for, and a copy below `folder`. An Error is the connection's; everything else is
/// in `trouble`. `go_on` is asked all the time; false ends it.
Result<KeptData> keep_redis_data(RedisClient& client, const RedisConfig& config,
                                 const RedisFacts& own, const std::string& folder,
                                 Deadline deadline, const std::function<bool()>& go_on);

/// Of a kept state: the name of its file, without the time that stands in it.
std::string kept_name_begin(const std::string& name);
std::string kept_name_end(const RedisFacts& own);

}  // namespace ha
