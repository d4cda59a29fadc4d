#include "notify/occasion_retries.h"

#include <algorithm>

namespace ha {

bool OccasionRetries::due(Occasion& occasion, Time now) {
  using Kind = Occasion::Kind;
  const auto found = entries_.find(occasion.kind);
  if (found == entries_.end()) return true;
  Entry& last = found->second;
  if (now - last.asked > kForgotten) {
    entries_.erase(found);
    return true;
  }
  last.asked = now;
  occasion.quiet = occasion.quiet || last.why == occasion.why;
  const bool waits = occasion.kind != Kind::fence && occasion.kind != Kind::demote;
  return !waits || now >= last.next;
}

void OccasionRetries::done(const Occasion& occasion, Time now) {
  const bool kills = occasion.kind == Occasion::Kind::kill;
  Entry& entry = entries_[occasion.kind];
  if (entry.why == occasion.why) {
    entry.delay = std::min(2 * entry.delay, kills ? kLastKillRetry : kLastRetry);
  }
  entry.why = occasion.why;
  entry.next = now + entry.delay;
  entry.asked = now;
}

}  // namespace ha
