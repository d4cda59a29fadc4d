// What `ha-agent history` shows: the journal's lines put together again into transitions, newest
// last. Building and rendering are pure.
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "agent/config.h"
#include "notify/outbox.h"

namespace ha {

struct HistoryAlert {
  std::string channel;
  std::string result;  ///< "delivered", "waiting", "dead", "dropped"
  int attempts = 0;
  std::string error;
};

/// One event and what was made of it, or a deed of an operator's.
struct HistoryItem {
  /// "ack", "maintenance", "switchover"; empty: a transition. What a deed says is its only problem.
  std::string deed;
  std::string event;
  std::string instance;
  std::string from;  ///< empty: not known
  std::string to;
  std::int64_t at_ms = 0;
  std::size_t turn = 0;  ///< the journal's line that began it, or the event's own
  /// An Outcome's word; "unfinished": begun, not ended, and nothing came after it.
  std::string outcome;
  double took_ms = 0;
  std::string version;  ///< of the ha-agent that did it; empty: not known
  std::vector<AlertStep> steps;
  std::vector<double> steps_ms;            ///< of each step, with its fraction
  std::vector<std::int64_t> steps_end_ms;  ///< when each ended, wall clock; 0: not known
  std::vector<std::string> problems;
  std::vector<HistoryAlert> alerts;
};

std::vector<HistoryItem> build_history(const std::vector<nlohmann::json>& lines,
                                       const std::vector<OutboxEntry>& waiting,
                                       const std::vector<OutboxEntry>& dead);
/// At most 80 columns wide as far as names allow.
std::string render_history_text(const std::vector<HistoryItem>& items, Lang lang = Lang::en);
/// An array; each has type ("transition", "ack", "maintenance", "switchover"), event, instance,
/// from, to, at_ms, at, outcome, took_ms, version, steps[{resource, step, ok, start_ms (after
/// at_ms), took_ms, detail}], problems[], alerts[{channel, result, attempts, error}].
std::string render_history_json(const std::vector<HistoryItem>& items);

}  // namespace ha
