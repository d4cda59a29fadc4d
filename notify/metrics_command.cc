#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdio>
#include <future>
#include <thread>

#include "agent/clock.h"
#include "agent/duration.h"
#include "agent/lock_lease.h"
#include "agent/process.h"
#include "checks/machine.h"
#include "checks/whole_check.h"
#include "notify/machine_readings.h"
#include "notify/metrics.h"
#include "notify/oldest_sendable.h"
#include "notify/role_lock.h"
#include "notify/rule_states.h"
#include "notify/usual_rules.h"

namespace ha {
namespace {

/// node_exporter runs as a user of its own.
constexpr mode_t kMetricsMode = 0644;

/// In a thread that may hang with its file system: the future then never is ready, and the process
/// leaves through agent/leave.h.
template <class F>
auto begin(F call) -> std::future<decltype(call())> {
  std::packaged_task<decltype(call())()> task(std::move(call));
  auto answer = task.get_future();
  std::thread(std::move(task)).detach();
  return answer;
}

Status add_instances(const Config& config, const StateDir& dir, RecordMetrics& records) {
  const auto events = read_events(dir);
  if (!events) return tl::unexpected(events.error());
  if (!config.agent.instance.empty()) records.instances[config.agent.instance] = State::none;
  const std::string boot = boot_id();
  std::map<std::string, const Event*> newest;
  for (const Event& event : *events) {
    records.instances.try_emplace(event.instance, State::none);
    if (event.hook.boot_id != boot) continue;
    const Event*& best = newest[event.instance];
    if (best == nullptr || older(*best, event)) best = &event;
  }
  for (const auto& [instance, event] : newest) records.instances[instance] = event->state;
  return {};
}

void add_spool(const Config& config, const StateDir& dir, RecordMetrics& records) {
  const Outbox outbox(dir);
  const std::int64_t now = wall_ms();
  for (const ChannelConfig* const channel : config.channels()) {
    records.spool.push_back({channel->name, outbox.load_of(channel->name).count,
                             oldest_sendable(outbox, *channel, now)});
  }
  records.dead_letters = outbox.dead().size();
}

void add_rules(const Config& config, const StateDir& dir, RecordMetrics& records) {
  const RuleStates states = read_rule_states(dir);
  for (const AlertRuleConfig& rule : rules_of(config)) {
    for (const std::string& about : abouts_of(config, rule)) {
      const bool firing =
          std::any_of(states.rules.begin(), states.rules.end(), [&](const auto& each) {
            const KeptRule& kept = each.second;
            return kept.state.firing_ms != 0 && kept.report.name == rule.name &&
                   kept.report.about == about;
          });
      records.rules.push_back({rule.name, about, firing});
    }
  }
}

Result<RecordMetrics> read_records(const Config& config) {
  const StateDir dir{config.agent.state_dir};
  RecordMetrics records;
  auto counters = read_counters(dir);
  if (!counters) return tl::unexpected(counters.error());
  records.counters = std::move(*counters);
  if (auto added = add_instances(config, dir, records); !added) {
    return tl::unexpected(added.error());
  }
  add_spool(config, dir, records);
  add_rules(config, dir, records);
  records.watch_runs = watch_runs(dir);
  if (config.the_lock() != nullptr) {
    const auto lease = read_lock_lease(dir);
    records.lock_held = lease && *lease && (*lease)->held(boottime_ms());
  }
  records.disk_free = disk_free(dir.root);
  return records;
}

Result<MetricsReport> gather(const Config& config) {
  const auto begun = SteadyClock::now();
  auto records = begin([config] { return read_records(config); });
  MetricsReport report;
  report.version = HA_VERSION;
  report.role = gather_role(config);
  if (!report.role.view.readable) return fail(report.role.view.why);
  const WitnessQuestion witnesses(config, Deadline(begun + config.agent.deadline));
  report.quorum = config.agent.quorum;
  WholeCheck whole = ask_resources(config, report.role);
  report.took = std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);
  report.witnesses = witnesses.answers();
  report.findings = std::move(whole.findings);
  report.verdict = std::move(whole.verdict);
  if (records.wait_until(begun + config.agent.deadline) != std::future_status::ready) {
    return fail(fmt::format("{} was not read within {}", config.agent.state_dir,
                            format_duration(config.agent.deadline)));
  }
  auto read = records.get();
  if (!read) return tl::unexpected(read.error());
  report.records = std::move(*read);
  if (const LockConfig* const lock = config.the_lock()) report.lock = lock->name;
  report.now_ms = wall_ms();
  return report;
}

/// A device or a folder that somebody named by mistake would be replaced, or filled with
/// temporaries.
Status may_replace(const std::string& path) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0 || S_ISREG(st.st_mode)) return {};
  return fail(fmt::format("expected a file to write, got {}, which is none", path));
}

ExitCode refuse(const std::string& why) {
  std::fprintf(stderr, "ha-agent: metrics: %s\n", why.c_str());
  return ExitCode::no;
}

}  // namespace

ExitCode metrics_command(const Config& config, const std::string& textfile) {
  if (auto fit = may_replace(textfile); !textfile.empty() && !fit) {
    return refuse(fit.error().message);
  }
  const auto report = gather(config);
  if (!report) return refuse(report.error().message);
  const std::string text = render_metrics(*report);
  if (textfile.empty()) {
    const bool printed = std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
    return printed ? ExitCode::ok : refuse("cannot write to stdout");
  }
  auto written = write_file(textfile, text, Durability::durable, kMetricsMode);
  return written ? ExitCode::ok : refuse(written.error().message);
}

}  // namespace ha
