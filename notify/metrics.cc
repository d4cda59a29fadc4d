#include <algorithm>
#include <array>
#include <set>

#include "agent/state.h"
#include "checks/fact.h"
#include "checks/mysql.h"
#include "notify/exposition.h"
#include "notify/metrics.h"

namespace ha {
namespace {

constexpr auto kGauge = Exposition::Type::gauge;
constexpr auto kCounter = Exposition::Type::counter;
/// What keepalived says again and again; each begins at 0, so that the first one is an increase.
constexpr std::array kTold{State::master, State::backup, State::fault, State::stop};

double vrrp_number(State state) {
  switch (state) {
    case State::backup:
      return 1;
    case State::master:
      return 2;
    case State::fault:
      return 3;
    case State::none:
    case State::stop:
    case State::deleted:
      break;
  }
  return 0;
}

bool serves(const Finding& finding) {
  return finding.level != Level::no && finding.level != Level::unknown;
}

/// nullopt: the server did not say.
std::optional<bool> takes_writes(const Finding& finding) {
  if (const bool* const writable = fact<bool>(finding, "writable")) return *writable;
  const auto* const role = fact<std::string>(finding, "role");
  if (finding.kind != "redis" || role == nullptr) return std::nullopt;
  const bool* const fenced = fact<bool>(finding, "writes_fenced");
  return *role == "primary" && (fenced == nullptr || !*fenced);
}

/// 1 where the word says that it runs; nothing on a server without a source.
std::optional<bool> runs(const Finding& finding, std::string_view name) {
  const auto* const word = fact<std::string>(finding, name);
  if (finding.kind != "mysql" || word == nullptr || *word == "none") return std::nullopt;
  return *word == "running";
}

void add_node(const MetricsReport& report, Exposition& out) {
  out.metric("ha_agent_build_info", kGauge, "The version that wrote this; always 1.");
  out.sample({{"version", report.version}}, true);
  out.metric("ha_agent_heartbeat_timestamp_seconds", kGauge,
             "When this was written. What is old says nothing about now.");
  out.seconds({}, report.now_ms);
}

void add_role(const MetricsReport& report, Exposition& out) {
  const RoleView& view = report.role.view;
  const RecordMetrics& records = report.records;
  out.metric("ha_agent_vrrp_state", kGauge,
             "What keepalived said last: 0 nothing or STOP, 1 BACKUP, 2 MASTER, 3 FAULT.");
  for (const auto& [instance, state] : records.instances) {
    out.sample({{"iname", instance}}, vrrp_number(state));
  }
  out.metric("ha_agent_master", kGauge,
             "1 when this node is MASTER: keepalived said so and, where vip is set, it is here.");
  out.sample({}, role_of(view) == Role::master);
  if (view.vip_set) {
    out.metric("ha_agent_vip_here", kGauge, "1 when an interface of this node carries the VIP.");
    out.sample({}, view.vip_here);
  }
  out.metric("ha_agent_transitions_total", kCounter, "What keepalived said, by what it said.");
  const auto& counted = records.counters.transitions;
  std::set<Counters::Pair> keys;
  for (const auto& [instance, state] : records.instances) {
    for (const State to : kTold) keys.insert({instance, std::string(to_string(to))});
  }
  for (const auto& [key, count] : counted) keys.insert(key);
  for (const auto& key : keys) {
    const auto found = counted.find(key);
    out.sample({{"iname", key.first}, {"to", key.second}},
               found == counted.end() ? std::uint64_t{0} : found->second);
  }
  out.metric("ha_agent_last_transition_timestamp_seconds", kGauge,
             "When keepalived spoke last; there is none before it ever did.");
  if (const auto last = records.counters.last_transition_ms; last > 0) out.seconds({}, last);
  out.metric("ha_agent_held", kGauge, "1 while a failed promotion is held until ha-agent ack.");
  out.sample({}, report.role.state.held.has_value());
  out.metric("ha_agent_refusals", kGauge, "Resources whose last promotion was refused.");
  out.sample({}, static_cast<double>(report.role.state.refusals.size()));
  out.metric("ha_agent_maintenance", kGauge, "1 while the automatic failover is out of action.");
  out.sample({}, report.role.maintenance.has_value());
  out.metric("ha_agent_watch_running", kGauge, "1 while ha-agent watch runs.");
  out.sample({}, records.watch_runs);
  out.metric("ha_agent_lock_held", kGauge, "1 while this node holds the lock, by its own record.");
  if (records.lock_held) out.sample({{"name", report.lock}}, *records.lock_held);
  out.metric("ha_agent_state_dir_free_ratio", kGauge,
             "Of the file system with state_dir, what others than root can still fill: 0 to 1.");
  if (records.disk_free) out.sample({}, *records.disk_free / 100);
}

void add_witnesses(const MetricsReport& report, Exposition& out) {
  const WitnessView view = quorum_of(report.witnesses, report.quorum);
  if (!view.configured) return;
  out.metric("ha_agent_witness_up", kGauge, "1 when the witness answered.");
  for (const WitnessAnswer& answer : report.witnesses) {
    out.sample({{"name", answer.name}}, answer.answered);
  }
  out.metric("ha_agent_witness_quorum", kGauge,
             "1 when as many of them answered as quorum asks for; 0: too few.");
  out.sample({}, view.quorum);
}

void add_check(const MetricsReport& report, Exposition& out) {
  if (!report.verdict) return;
  out.metric("ha_agent_check_code", kGauge,
             "The exit code of a check: 0 may hold the VIP, 1 no, 2 no verdict, 3 held.");
  out.sample({}, static_cast<double>(report.verdict->code));
  out.metric("ha_agent_check_duration_seconds", kGauge, "How long it took.");
  out.seconds({}, report.took.count());
}

/// One metric of each finding for which there is a value.
template <class Value>
void of_each(const MetricsReport& report, Exposition& out, std::string_view name,
             std::string_view help, Value value) {
  out.metric(name, kGauge, help);
  for (const Finding& finding : report.findings) {
    if (!was_asked(finding)) continue;
    if (const auto found = value(finding)) {
      out.sample({{"kind", finding.kind}, {"name", finding.name}}, *found);
    }
  }
}

void add_resources(const MetricsReport& report, Exposition& out) {
  of_each(report, out, "ha_agent_probe_up",
          "1 when the resource counts as ok for this node's role.",
          [](const Finding& finding) { return std::optional(serves(finding)); });
  of_each(report, out, "ha_agent_probe_degraded",
          "1 when it counts as ok and something is wrong behind its healthy face.",
          [](const Finding& finding) { return std::optional(finding.level == Level::degraded); });
  of_each(report, out, "ha_agent_probe_duration_seconds", "How long its probe took.",
          [](const Finding& finding) {
            return std::optional(std::chrono::duration<double>(finding.took).count());
          });
  of_each(report, out, "ha_agent_writable", "1 when the server takes writes.", takes_writes);
  of_each(report, out, "ha_agent_replicas", "Replicas that are connected to the server.",
          [](const Finding& finding) -> std::optional<double> {
            const auto* const replicas = fact<std::int64_t>(finding, "replicas");
            if (replicas == nullptr) return std::nullopt;
            return static_cast<double>(*replicas);
          });
  of_each(
      report, out, "ha_agent_write_wait_seconds",
      "How long, at least, the writes of a MASTER's MySQL have stood still; 0: they go through.",
      [](const Finding& finding) -> std::optional<double> {
        const auto* const wait = fact<std::int64_t>(finding, kWriteWaitFact);
        if (wait == nullptr) return std::nullopt;
        return static_cast<double>(*wait) / 1000;
      });
  of_each(report, out, "ha_agent_replication_lag_seconds", "Of a replica, while its receiver runs.",
          [](const Finding& finding) -> std::optional<double> {
            const auto* const lag = fact<std::int64_t>(finding, kLagFact);
            if (lag == nullptr) return std::nullopt;
            return static_cast<double>(*lag) / 1000;
          });
  of_each(report, out, "ha_agent_receiver_running",
          "1 when the IO thread of a server that has a source runs and is connected.",
          [](const Finding& finding) { return runs(finding, kReceiverFact); });
  of_each(report, out, "ha_agent_applier_running",
          "1 when the SQL thread of a server that has a source runs.",
          [](const Finding& finding) { return runs(finding, "applier"); });
  of_each(report, out, "ha_agent_link_up", "1 when a Redis replica is connected to its primary.",
          [](const Finding& finding) -> std::optional<bool> {
            const bool* const up = fact<bool>(finding, "link_up");
            if (up == nullptr) return std::nullopt;
            return *up;
          });
}

void add_alerts(const MetricsReport& report, Exposition& out) {
  const RecordMetrics& records = report.records;
  const Counters& counters = records.counters;
  std::set<std::string> channels;
  for (const SpoolMetrics& spool : records.spool) channels.insert(spool.channel);
  for (const auto& [channel, count] : counters.tries) channels.insert(channel);
  out.metric("ha_agent_notifications_total", kCounter, "Tries to deliver an alert.");
  for (const std::string& channel : channels) {
    const auto found = counters.tries.find(channel);
    out.sample({{"channel", channel}},
               found == counters.tries.end() ? std::uint64_t{0} : found->second);
  }
  out.metric("ha_agent_notifications_failed_total", kCounter,
             "Those of them that failed: no-answer, status (one that is no success), body (a "
             "success by its status, and the body says otherwise).");
  for (const std::string& channel : channels) {
    for (const char* const reason : kFailureReasons) {
      const auto found = counters.failed.find({channel, reason});
      out.sample({{"channel", channel}, {"reason", reason}},
                 found == counters.failed.end() ? std::uint64_t{0} : found->second);
    }
  }
  out.metric("ha_agent_spool_messages", kGauge, "Alerts that wait.");
  for (const SpoolMetrics& spool : records.spool) {
    out.sample({{"channel", spool.channel}}, std::uint64_t{spool.waiting});
  }
  out.metric("ha_agent_spool_oldest_timestamp_seconds", kGauge,
             "When the oldest of them was made that could have been sent.");
  for (const SpoolMetrics& spool : records.spool) {
    if (spool.oldest_ms) out.seconds({{"channel", spool.channel}}, *spool.oldest_ms);
  }
  out.metric("ha_agent_dead_letters_total", kCounter, "Alerts that were given up.");
  out.sample({}, counters.dead);
  out.metric("ha_agent_dead_letter_messages", kGauge,
             "Those of them that nobody has sent or dropped since: ha-agent alerts list --dead.");
  out.sample({}, std::uint64_t{records.dead_letters});
  out.metric("ha_agent_rule_firing", kGauge, "1 while the rule of an [alert] section fires.");
  for (const RuleMetrics& rule : records.rules) {
    out.sample({{"rule", rule.rule}, {"about", rule.about}}, rule.firing);
  }
}

}  // namespace

std::string render_metrics(const MetricsReport& report) {
  Exposition out;
  add_node(report, out);
  add_role(report, out);
  add_witnesses(report, out);
  add_check(report, out);
  add_resources(report, out);
  add_alerts(report, out);
  return out.text();
}

}  // namespace ha
