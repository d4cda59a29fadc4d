#include "notify/status.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <future>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/process.h"
#include "checks/failback.h"
#include "checks/jobs.h"
#include "notify/journal.h"
#include "notify/outbox.h"
#include "notify/role_lock.h"

namespace ha {
namespace {

/// The same questions in the same order as `check` asks them, and nothing remembered.
void ask(const Config& config, StatusReport& report) {
  if (!config.has_resources()) return;
  const auto begin = SteadyClock::now();
  const Deadline deadline(begin + config.agent.deadline);
  const CheckMemory memory(StateDir{config.agent.state_dir});
  FailbackView failback;
  std::optional<PeerQuestion> peer;
  if (role_of(report.role.view) == Role::standby) {
    failback.left = failback_left(read_failback(memory), boot_id(), boottime_ms());
    if (failback.left > Millis{0})
      peer.emplace(config, Deadline(begin + config.agent.deadline / 2));
  }
  const JobEnvironment environment =
      make_environment(config, report.role, Deadline(begin + config.agent.deadline / 2));
  report.findings = run_all(make_jobs(config, report.role, memory, {}, environment), deadline);
  if (peer) failback.peer_writable = peer->writable();
  report.verdict = verdict(report.role.view, failback, report.findings);
  if (const auto& maintenance = report.role.maintenance) {
    report.verdict = in_maintenance(report.role.view, {maintenance->verdict, maintenance->reason},
                                    *report.verdict);
  }
}

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
  auto pair = std::async(std::launch::async, [&config] {
    return ask_pair(config, Deadline::in(config.agent.deadline));
  });
  const WitnessQuestion witnesses(config, Deadline::in(config.agent.deadline));
  ask(config, report);
  report.pair = pair.get();
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
      json ? render_status_json(report) : render_status_text(report, ::isatty(STDOUT_FILENO) == 1);
  std::fputs(text.c_str(), stdout);
  return report.role.view.readable && report.journal_trouble.empty() ? ExitCode::ok : ExitCode::no;
}

}  // namespace ha
