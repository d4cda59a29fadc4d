#include "notify/redis_may_follow.h"

#include <fmt/format.h>

namespace ha {
namespace {

using Kind = FollowAnswer::Kind;

}  // namespace

FollowAnswer may_follow(const RedisFacts& own, const RedisFacts& peer) {
  if (!peer.master) return {Kind::wait, "the peer is no master"};
  if (peer.loading) return {Kind::wait, "the peer is still loading"};
  if (own.empty) return {Kind::follow, "this server is empty"};
  if (peer.empty) {
    return {Kind::stay,
            "the peer is empty and this server is not: following it would wipe this one"};
  }
  if (compare_holds(own, peer) == Holds::same_or_less) {
    return {Kind::follow, "the peer has all of this server's history"};
  }
  if (own.replid == peer.replid) {
    return {Kind::keep, fmt::format("this server has {} bytes of history that the peer lacks",
                                    own.offset - peer.offset)};
  }
  if (own.replid == peer.replid2) {
    return {Kind::keep, fmt::format("this server has {} bytes of history that the peer lacks",
                                    own.offset - peer.second_offset + 1)};
  }
  return {Kind::keep, "the histories of the two servers cannot be compared"};
}

}  // namespace ha
