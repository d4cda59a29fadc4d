// One transition as a page to keep or to send: HTML that needs nothing beside itself, neither a
// script nor anything from the network. Every text in it is escaped. Pure but for the time zone.
#pragma once
#include <cstdint>
#include <string>

#include "agent/config.h"
#include "notify/history.h"

namespace ha {

/// What the transition itself does not say.
struct ReportContext {
  Lang lang = Lang::en;
  std::string node;
  std::string vip;          ///< empty: not set
  std::string version;      ///< of the ha-agent that writes the report
  std::int64_t now_ms = 0;  ///< when
};

std::string render_report(const HistoryItem& item, const ReportContext& context);

}  // namespace ha
