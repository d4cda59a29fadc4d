// A node that failed as MASTER stays away for failback_delay while the peer is a writable primary,
// and for twice as long each time it happens again (to 10 minutes): a bad deploy on both nodes then
// does not send the VIP to and fro. A quiet half hour resets the delay. Times are CLOCK_BOOTTIME
// milliseconds, which mean nothing after a reboot; a record of another boot is forgotten.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "checks/memory.h"

namespace ha {

constexpr Millis kFailbackMax{600'000};
constexpr Millis kFailbackQuiet{1'800'000};

struct FailbackRecord {
  std::string boot;
  std::string event;              ///< the MASTER event during which it failed
  std::int64_t failed_at_ms = 0;  ///< the last check that failed
  Millis delay{};
};

std::optional<FailbackRecord> parse_failback(std::string_view text);
std::string format_failback(const FailbackRecord& record);

/// The record after a check failed as MASTER at `now_ms`, during `event`. Pure.
FailbackRecord after_failure(const std::optional<FailbackRecord>& before, const std::string& boot,
                             const std::string& event, std::int64_t now_ms, Millis base_delay);
/// How much of the delay is left; zero without a record of this boot. Pure.
Millis failback_left(const std::optional<FailbackRecord>& record, const std::string& boot,
                     std::int64_t now_ms);

std::optional<FailbackRecord> read_failback(const CheckMemory& memory);
void write_failback(CheckMemory& memory, const FailbackRecord& record);

/// Asks the peers' MySQL servers, in threads of their own, whether one of them takes writes.
class PeerQuestion {
 public:
  /// Begins at once; a peer that has not answered by `deadline` counts as not writable.
  PeerQuestion(const Config& config, Deadline deadline);
  /// Waits for the answers until the deadline.
  bool writable();

 private:
  struct Board;
  std::shared_ptr<Board> board_;
  Deadline deadline_;
};

}  // namespace ha
