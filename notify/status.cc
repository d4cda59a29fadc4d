#include "notify/status.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "checks/whole_check.h"
#include "notify/journal.h"
#include "notify/outbox.h"
#include "notify/role_lock.h"

namespace ha {
namespace {

void add_history(const StateDir& dir, StatusReport& report) {
  const Outbox outbox(dir);
  const auto waiting = outbox.waiting();
  const auto dead = outbox.dead();
  report.alerts_waiting = waiting.size();
  report.alerts_dead = dead.size();
  for (const auto& entries : {waiting, dead}) {
    for (const OutboxEntry& entry : entries) {
      if (report.alerts_trouble.empty()) report.alerts_trouble = entry.last_error;
    }
  }
  const auto lines = read_journal(dir);
  if (!lines) {
    report.journal_trouble = lines.error().message;
    return;
  }
  for (HistoryItem& item : build_history(*lines, waiting, dead)) {
    const bool begun =
        item.deed.empty() && item.outcome != "recorded" && item.outcome != "superseded";
    if (begun) report.last = std::move(item);
  }
}

}  // namespace

StatusReport gather_status(const Config& config) {
  const StateDir dir{config.agent.state_dir};
  StatusReport report;
  report.node = config.agent.node;
  report.vip = config.agent.vip;
  report.role = gather_role(config);
  report.watch_runs = watch_runs(dir);
  report.keepalived = see_keepalived();
  report.quorum = config.agent.quorum;
  report.has_peer = config.has_peer();
  // A verdict that stands beside what the peers say is one about what they say: they have less time
  // than the verdict, and more than half.
  const PairQuestion pair(config, Deadline::in(config.agent.deadline * 3 / 4));
  const WitnessQuestion witnesses(config, Deadline::in(config.agent.deadline));
  WholeCheck whole = ask_resources(config, report.role, pair.peers());
  report.findings = std::move(whole.findings);
  report.verdict = std::move(whole.verdict);
  report.pair = pair.rows();
  report.witnesses = witnesses.answers();
  report.lock = ask_lock(config, dir, Deadline::in(config.agent.deadline));
  report.settings = ask_settings(config, Deadline::in(config.agent.deadline));
  for (auto& [key, kept] : read_rule_states(dir).rules) {
    if (kept.state.firing_ms != 0) report.firing.push_back(std::move(kept));
  }
  add_history(dir, report);
  return report;
}

ExitCode status_command(const Config& config, bool json) {
  const StatusReport report = gather_status(config);
  const std::string text =
      json ? render_status_json(report)
           : render_status_text(report, ::isatty(STDOUT_FILENO) == 1, config.agent.lang);
  std::fputs(text.c_str(), stdout);
  return report.role.view.readable && report.journal_trouble.empty() ? ExitCode::ok : ExitCode::no;
}

}  // namespace ha
