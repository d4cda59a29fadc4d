// An Alert as a text for people. Begins with the state's word, so that it stands within the first
// 100 characters whatever the names are. Times are local, with their offset. Pure but for the time
// zone.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "notify/alert.h"

namespace ha {

/// The first line.
std::string alert_headline(const Alert& alert, Lang lang);
/// The lines after it. `now_ms`: wall clock, when it is sent; a delay of a minute and more is
/// named.
std::vector<std::string> alert_lines(const Alert& alert, Lang lang, std::int64_t now_ms);
/// The first line, the id and the problems, for a digest.
std::string alert_in_one_line(const Alert& alert, Lang lang);
/// What somebody wrote, fit for a text of ours: one line, no control character, no mention.
std::string quiet_text(std::string_view text, std::size_t max_bytes);

/// "done in 312 ms", "REFUSED after 4.2 s".
std::string format_outcome(Lang lang, Outcome outcome, Millis took);
/// "312 ms", "4.2 s", "3 min 5 s", "2 h 10 min", "3 d 4 h".
std::string format_took(Lang lang, Millis took);
/// The same of a time with its fraction: "2.2 ms", "63 ms", "4.2 s".
std::string format_exact(Lang lang, double ms);
/// A metric's value with its unit: "95.0 s", "12.5 %", "51.2 GiB", "200".
std::string format_value(Lang lang, Metric metric, double value);
/// "replication_lag of mysql main", or the metric alone.
std::string format_measured(Lang lang, Metric metric, std::string_view about);

}  // namespace ha
