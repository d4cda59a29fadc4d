#include "notify/writes_here.h"

#include <algorithm>

#include "agent/ask_peer.h"

namespace ha {
namespace {

bool is_gone(const Error& error) {
  return answer_of(error) == Answer::down;
}

bool may_take_writes(const MysqlConfig& mysql, Deadline deadline) {
  const auto facts = ask_mysql(mysql.server, deadline);
  return facts ? facts->writable() : !is_gone(facts.error());
}

bool may_take_writes(const RedisConfig& redis, Deadline deadline) {
  const auto sight = ask_redis(redis.server, deadline);
  return sight ? sight->takes_writes : !is_gone(sight.error());
}

}  // namespace

bool may_take_writes(const Config& config, Deadline deadline) {
  const auto may = [deadline](const auto& database) { return may_take_writes(database, deadline); };
  return std::any_of(config.mysql.begin(), config.mysql.end(), may) ||
         std::any_of(config.redis.begin(), config.redis.end(), may);
}

}  // namespace ha
