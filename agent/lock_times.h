// When what has to happen to a lock with a time to live. All points are CLOCK_BOOTTIME in
// milliseconds, durations follow from the ttl. Pure.
//
// etcd counts from when it has got a request, and we from before it was sent: our `until` is never
// later than the lease's end (but for two clocks that run at different speeds). Between, with T for
// the ttl:
//
//   0      the request that succeeded last is sent
//   T/3    the next one is due, and is tried again until it succeeds
//   2T/3   it is given up: the writes are stopped here, in a third of the ttl, at most 15 s
//   T      `until`: the lease may end, and the other node may get the lock
//
// A demotion has four steps, one after the other, each of which is bounded: a fifth of that third
// each, so that a fifth is left to begin. A server that answers none of them, or still takes
// writes, is killed by the last.
#pragma once
#include <algorithm>
#include <cstdint>

#include "agent/deadline.h"

namespace ha {

constexpr Millis renew_every(Millis ttl) {
  return ttl / 3;
}

/// What a demotion has before the lock ends.
constexpr Millis demotion_reserve(Millis ttl) {
  return std::min(ttl / 3, Millis{15'000});
}
/// The most that one of its steps may take.
constexpr Millis demotion_step(Millis ttl) {
  return demotion_reserve(ttl) / 5;
}

constexpr std::int64_t fence_due(std::int64_t until_ms, Millis ttl) {
  return until_ms - demotion_reserve(ttl).count();
}

/// A keeper that has not said anything for this long is frozen: it tries much more often than that.
/// keepalived then has the other half for its way to FAULT.
constexpr Millis keeper_patience(Millis ttl) {
  return ttl / 2;
}
/// Less than this, and that half is too short.
constexpr Millis shortest_ttl(Millis check_reaction) {
  return 2 * (check_reaction + Millis{500});
}

/// How long a promotion waits for the lock of a node that went away: until it has ended. etcd looks
/// for ended leases twice a second, and a new leader gives each its time anew.
constexpr Millis lock_wait(Millis ttl) {
  return ttl + Millis{2000};
}

}  // namespace ha
