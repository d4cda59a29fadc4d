// One transition's steps as bars over time, for `history show` and the report. Building and
// rendering are pure. A step's beginning is the journal's time of its end less what it took; within
// a resource no step begins before the one above it has ended, so that a clock that was set
// meanwhile cannot mix them up.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "notify/history.h"

namespace ha {

struct TimelineBar {
  std::string resource;
  std::string step;
  double start_ms = 0;  ///< after the event
  double took_ms = 0;
  bool ok = false;
};

struct Timeline {
  double total_ms = 0;            ///< of the transition; more than 0
  std::vector<TimelineBar> bars;  ///< those of a resource together, in the order of the work
};

/// When each step began, in milliseconds after the event; in the item's order.
std::vector<double> step_starts(const HistoryItem& item);
Timeline build_timeline(const HistoryItem& item);

/// Which of `cells` the bar fills, to scale: at least one, and none outside.
struct BarCells {
  std::size_t from = 0;
  std::size_t to = 0;  ///< behind the last one
};
BarCells cells_of(const TimelineBar& bar, double total_ms, std::size_t cells);

/// A line for each step below its resource's name. No line is wider than `width` columns, 60 at
/// least. Empty when there is no step.
std::string render_timeline(const Timeline& timeline, std::size_t width, bool colour, Lang lang);

}  // namespace ha
