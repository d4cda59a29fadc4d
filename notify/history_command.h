// `ha-agent history` and what lies below it. They read the journal and the outbox, print to stdout
// and change nothing.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/exit_code.h"
#include "notify/history_filter.h"

namespace ha {

struct HistoryRequest {
  HistoryWords words;
  int count = 0;  ///< the newest so many; 0: 20, or all that the words ask for
  bool json = false;
};

/// Nothing found is ok and says what was looked for; usage when a word is wrong.
ExitCode history_command(const Config& config, const HistoryRequest& request);
/// One transition in full; no when there is none with this id.
ExitCode history_show(const Config& config, const std::string& id, bool json);

}  // namespace ha
