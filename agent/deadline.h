// One deadline type: an absolute point of the steady clock, passed down as a parameter, so that no
// callee can hide a duration of its own. Values are cheap to copy and have no threads or ownership.
#pragma once
#include <algorithm>
#include <chrono>

namespace ha {

using Millis = std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

class Deadline {
 public:
  explicit Deadline(SteadyClock::time_point at) : at_(at) {}
  static Deadline in(Millis duration) { return Deadline(SteadyClock::now() + duration); }

  SteadyClock::time_point at() const { return at_; }
  bool expired() const { return SteadyClock::now() >= at_; }
  /// Never negative; rounded down to whole milliseconds.
  Millis remaining() const {
    return std::max(Millis{0}, std::chrono::duration_cast<Millis>(at_ - SteadyClock::now()));
  }
  Deadline earlier(Deadline other) const { return Deadline(std::min(at_, other.at_)); }

 private:
  SteadyClock::time_point at_;
};

}  // namespace ha
