#include "agent/ask_peer.h"

#include <charconv>

#include "agent/bounded.h"
#include "agent/redis_fence.h"

namespace ha {
namespace {

template <class T>
Result<T> or_silent(std::optional<Result<T>> answer) {
  if (!answer) return fail("no answer in time", ErrorKind::timeout);
  return std::move(*answer);
}

}  // namespace

Result<MysqlFacts> ask_mysql(const MysqlEndpoint& endpoint, Deadline deadline, MysqlAsk ask) {
  return or_silent(run_bounded(deadline, [endpoint, deadline, ask]() -> Result<MysqlFacts> {
    auto client = MysqlClient::connect(endpoint, deadline.remaining(), deadline.remaining());
    if (!client) return tl::unexpected(client.error());
    return gather_mysql(*client, ask);
  }));
}

Result<RedisSight> ask_redis(const RedisEndpoint& endpoint, Deadline deadline) {
  return or_silent(run_bounded(deadline, [endpoint, deadline]() -> Result<RedisSight> {
    auto client = RedisClient::connect(endpoint, deadline);
    if (!client) return tl::unexpected(client.error());
    return gather_redis_sight(*client);
  }));
}

Result<RedisSight> gather_redis_sight(RedisClient& client) {
  auto info = client.info();
  if (!info) return tl::unexpected(info.error());
  RedisSight sight{redis_facts(*info), false};
  sight.takes_writes = sight.facts.master && !sight.facts.loading;
  // Shown only while min-replicas-to-write is set.
  if (!sight.takes_writes || info->find("min_slaves_good_slaves") == info->end()) return sight;
  auto reply = client.command({"CONFIG", "GET", "min-replicas-to-write"});
  if (!reply) return tl::unexpected(reply.error());
  std::int64_t value = 0;
  if (reply->elements.size() == 2) {
    const std::string& text = reply->elements[1].text;
    std::from_chars(text.data(), text.data() + text.size(), value);
  }
  sight.takes_writes = !RedisFence::from(value);
  return sight;
}

}  // namespace ha
