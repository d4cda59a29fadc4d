#include "notify/redis_follow.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace ha {
namespace {

using Info = std::map<std::string, std::string, std::less<>>;
using Kind = FollowAnswer::Kind;

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

FollowAnswer may_follow(const RedisFacts& own, const RedisFacts& peer) {
  if (!peer.master) return {Kind::wait, "the peer is no master"};
  if (peer.loading) return {Kind::wait, "the peer is still loading"};
  if (own.empty) return {Kind::follow, "this server is empty"};
  if (peer.empty) {
    return {Kind::stay,
            "the peer is empty and this server is not: following it would wipe this one"};
  }
  if (is_id(own.replid) && own.replid == peer.replid) {
    if (own.offset <= peer.offset)
      return {Kind::follow, "the peer has all of this server's history"};
    return {Kind::stay, fmt::format("this server has {} bytes of history that the peer lacks",
                                    own.offset - peer.offset)};
  }
  // The usual case: the peer was our replica and was promoted; our history is its second one.
  if (is_id(own.replid) && own.replid == peer.replid2) {
    if (own.offset < peer.second_offset) {
      return {Kind::follow, "the peer has all of this server's history"};
    }
    return {Kind::stay, fmt::format("this server has {} bytes of history that the peer lacks",
                                    own.offset - peer.second_offset + 1)};
  }
  // We were restarted since, with the history of then as our second one, and wrote nothing after
  // it.
  const bool shared_past = is_id(own.replid2) && own.replid2 == peer.replid2;
  if (shared_past && own.offset < own.second_offset && own.second_offset <= peer.second_offset) {
    return {Kind::follow, "the peer has all of this server's history"};
  }
  return {Kind::stay, "the histories of the two servers cannot be compared"};
}

}  // namespace ha
