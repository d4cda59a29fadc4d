// Which transitions `history` shows: what an operator's words mean, and what passes. Times are
// local where no duration is given. Pure but for the time zone.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/error.h"
#include "notify/history.h"

namespace ha {

/// As they come from the command line; empty: not given.
struct HistoryWords {
  std::string since;
  std::string until;
  std::string to;
  std::string instance;
  std::string outcome;
  bool failed = false;
};

struct HistoryFilter {
  std::optional<std::int64_t> since_ms;  ///< wall clock; what happened at this moment passes
  std::optional<std::int64_t> until_ms;  ///< the same
  std::string to;                        ///< "MASTER", …; empty: any, as with all that follow
  std::string instance;
  std::string outcome;
  bool failed = false;  ///< only what did not end well

  /// Anything is asked for at all.
  bool narrows() const;
};

/// A moment in milliseconds: so long before `now_ms` (`2h`, `7d`), or `2026-11-27`, which is the
/// beginning of that day, `2026-11-27 05:00`, `2026-11-27 05:00:30`, `T` for the blank.
Result<std::int64_t> parse_when(std::string_view text, std::int64_t now_ms);
/// An error begins with the option that is wrong: "--since: expected …, got …".
Result<HistoryFilter> parse_history_filter(const HistoryWords& words, std::int64_t now_ms);

/// What operators did (an ack, a maintenance) passes by its time alone, and only where nothing else
/// is asked for.
bool passes(const HistoryFilter& filter, const HistoryItem& item);
/// Refused, failed, killed before its end, or begun and not ended yet.
bool ended_badly(const HistoryItem& item);
/// "no transition to MASTER of VI_1 with outcome failed since … is in the journal".
std::string nothing_found(const HistoryFilter& filter, Lang lang);

/// The transition with this id, or the only one whose id begins so.
Result<const HistoryItem*> find_transition(const std::vector<HistoryItem>& items,
                                           std::string_view id);

}  // namespace ha
