// `ha-agent history` and what lies below it. They read the journal and the outbox, print to stdout,
// and change nothing but the file that a report goes to.
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
struct ReportRequest {
  std::string id;
  std::string path;
  bool force = false;  ///< replace what is there
};

/// One transition in full; no when there is none with this id.
ExitCode history_show(const Config& config, const std::string& id, bool json);
/// The same as a page of HTML in a file of its own (report.h), in the configuration's language.
/// Like the journal it is for its owner and group. No when there is a file already.
ExitCode history_report(const Config& config, const ReportRequest& request);

}  // namespace ha
