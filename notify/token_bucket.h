// How many messages a channel may send: a bucket of a few that fills at its rate. What several
// processes share of a channel lies in one small file, read and written under the channel's lock.
// Pure but for the file.
#pragma once
#include <cstdint>
#include <string>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/state_dir.h"

namespace ha {

struct ChannelState {
  double tokens = 0;
  std::int64_t filled_ms = 0;      ///< wall clock, when `tokens` was so; 0: never
  std::int64_t not_before_ms = 0;  ///< the vendor wants to be left alone until then; 0: no
  bool told_dead = false;          ///< the others were told that this channel refuses
};

/// So many at once, however low the rate.
constexpr double kBurst = 3;

/// Fills it up to now. A clock that was set back fills nothing and takes nothing.
void fill(ChannelState& state, int per_minute, std::int64_t now_ms);
/// False, and nothing is taken, when there is less than one.
bool take_token(ChannelState& state);
/// Until the next one; zero: there is one.
Millis until_token(const ChannelState& state, int per_minute);

/// A file that is missing or no JSON is a new channel's.
ChannelState read_channel_state(const StateDir& dir, const std::string& channel);
Status write_channel_state(const StateDir& dir, const std::string& channel,
                           const ChannelState& state);

}  // namespace ha
