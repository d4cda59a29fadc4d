// When watch takes up again what it took up before, and whether people hear of it again: ever more
// seldom as long as the same thing asks for it, but a server that takes writes where it must not is
// never waited for. Pure.
#pragma once
#include <map>
#include <string>

#include "agent/deadline.h"
#include "notify/roles.h"

namespace ha {

constexpr Millis kFirstRetry{1000};
constexpr Millis kLastRetry{300'000};
/// A kill is what stands between a server that hangs and a peer that is promoted.
constexpr Millis kLastKillRetry{2000};
/// What nothing has asked for this long is new when it comes again.
constexpr Millis kForgotten{60'000};

class OccasionRetries {
 public:
  using Time = SteadyClock::time_point;

  /// Asked whenever `occasion` is seen. Makes it quiet when the last of its kind had the same
  /// reason and was told.
  bool due(Occasion& occasion, Time now);
  /// It was taken up.
  void done(const Occasion& occasion, Time now);
  /// A new event: whatever was seen before may be otherwise now.
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    Time next;
    Time asked;
    Millis delay = kFirstRetry;
    std::string why;
  };
  std::map<Occasion::Kind, Entry> entries_;
};

}  // namespace ha
