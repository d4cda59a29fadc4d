// An Alert as a text for people. Begins with the state's word, so that it stands within the first
// 100 characters whatever the names are. Times are local, with their offset. Pure but for the time
// zone.
#pragma once
#include <cstdint>
#include <string>

#include "agent/config.h"
#include "notify/alert.h"

namespace ha {

/// `now_ms`: wall clock, when it is sent; a delay of a minute and more is named.
std::string alert_text(const Alert& alert, Lang lang, std::int64_t now_ms);

/// What `alerts test` sends.
std::string test_text(const std::string& node, const std::string& channel, Lang lang,
                      std::int64_t now_ms);

/// "312 ms", "4.2 s", "3 min 5 s", "2 h 10 min".
std::string format_took(Lang lang, Millis took);

}  // namespace ha
