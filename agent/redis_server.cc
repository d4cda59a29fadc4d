#include "agent/redis_server.h"

#include <charconv>
#include <string_view>

#include "agent/redis_fence.h"

namespace ha {
namespace {

using Info = std::map<std::string, std::string, std::less<>>;

std::string_view field(const Info& info, std::string_view name) {
  const auto found = info.find(name);
  return found == info.end() ? std::string_view() : std::string_view(found->second);
}

std::int64_t number(const Info& info, std::string_view name, std::int64_t otherwise) {
  const std::string_view text = field(info, name);
  std::int64_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The id Redis shows where there is none: forty zeros.
bool is_id(std::string_view id) {
  return !id.empty() && id.find_first_not_of('0') != std::string_view::npos;
}

// Anything since it left the history that replid2 names. Redis counts a promotion itself as
// nothing; a ping to a replica and an expired key count as a write.
bool wrote(const RedisFacts& facts) {
  return facts.offset >= facts.second_offset;
}

}  // namespace

RedisFacts redis_facts(const Info& info) {
  RedisFacts facts;
  facts.loading = field(info, "loading") == "1";
  facts.master = field(info, "role") == "master";
  for (const auto& [name, value] : info) {
    const bool keyspace = name.size() > 2 && name.starts_with("db") &&
                          name.find_first_not_of("0123456789", 2) == std::string::npos;
    if (keyspace && value.starts_with("keys=")) facts.empty = false;
  }
  facts.run_id = field(info, "run_id");
  facts.replid = field(info, "master_replid");
  facts.replid2 = field(info, "master_replid2");
  facts.offset = number(info, "master_repl_offset", 0);
  facts.second_offset = number(info, "second_repl_offset", -1);
  facts.source_host = field(info, "master_host");
  facts.source_port = static_cast<int>(number(info, "master_port", 0));
  facts.link_up = field(info, "master_link_status") == "up";
  facts.syncing = field(info, "master_sync_in_progress") == "1";
  facts.replicas = static_cast<int>(number(info, "connected_slaves", 0));
  return facts;
}

bool waits_for_role(const RedisFacts& facts) {
  return !facts.master && facts.source_host == kRedisNobodyHost &&
         facts.source_port == kRedisNobodyPort;
}

Holds compare_holds(const RedisFacts& one, const RedisFacts& other) {
  if (one.empty) return Holds::same_or_less;
  if (other.empty) return Holds::ahead;
  if (is_id(one.replid) && one.replid == other.replid) {
    return one.offset <= other.offset ? Holds::same_or_less : Holds::ahead;
  }
  // One of them was promoted, or restarted, from the other's history, which ends there.
  if (is_id(one.replid) && one.replid == other.replid2) {
    if (one.offset < other.second_offset) return Holds::same_or_less;
    return wrote(other) ? Holds::diverged : Holds::ahead;
  }
  if (is_id(other.replid) && other.replid == one.replid2) {
    if (!wrote(one)) return one.offset <= other.offset ? Holds::same_or_less : Holds::ahead;
    return other.offset < one.second_offset ? Holds::ahead : Holds::diverged;
  }
  // Both come from a third history; one that wrote nothing after it lies within the other.
  if (is_id(one.replid2) && one.replid2 == other.replid2) {
    if (!wrote(one) && one.second_offset <= other.second_offset) return Holds::same_or_less;
    if (!wrote(other) && other.second_offset <= one.second_offset) return Holds::ahead;
  }
  return Holds::diverged;
}

}  // namespace ha
