#include <nlohmann/json.hpp>

#include "notify/status.h"

namespace ha {
namespace {

using nlohmann::ordered_json;

const char* phase_word(Phase phase) {
  switch (phase) {
    case Phase::idle:
      return "idle";
    case Phase::running:
      return "running";
    case Phase::died:
      return "died";
    case Phase::refused:
      return "refused";
    case Phase::fenced:
      return "fenced";
    case Phase::held:
      break;
  }
  return "held";
}

ordered_json newest(const RoleGathered& role) {
  if (!role.newest) return nullptr;
  return {{"state", to_string(role.newest->state)},
          {"event", role.newest->id},
          {"at_ms", role.newest->at_ms},
          {"priority", role.newest->priority}};
}

ordered_json resources(const std::vector<Finding>& findings) {
  ordered_json all = ordered_json::array();
  for (const Finding& finding : findings) {
    ordered_json facts = ordered_json::object();
    for (const auto& [name, value] : finding.facts) {
      std::visit([&, &key = name](const auto& plain) { facts[key] = plain; }, value);
    }
    all.push_back({{"kind", finding.kind},
                   {"name", finding.name},
                   {"level", to_string(finding.level)},
                   {"seen", finding.seen},
                   {"took_ms", finding.took.count()},
                   {"facts", std::move(facts)}});
  }
  return all;
}

ordered_json witnesses(const StatusReport& report) {
  const WitnessView view = quorum_of(report.witnesses, report.quorum);
  ordered_json answers = ordered_json::array();
  for (const WitnessAnswer& answer : report.witnesses) {
    answers.push_back({{"name", answer.name},
                       {"answered", answer.answered},
                       {"seen", answer.seen},
                       {"took_ms", answer.took.count()}});
  }
  return {
      {"configured", view.configured},
      {"quorum", view.quorum},
      {"needed", view.configured ? needed_witnesses(report.witnesses.size(), report.quorum) : 0},
      {"answers", std::move(answers)}};
}

ordered_json lock(const std::optional<LockStatus>& lock) {
  if (!lock) return nullptr;
  return {{"name", lock->name},
          {"held", lock->held},
          {"left_ms", lock->left_ms},
          {"holder", lock->holder},
          {"holder_left_ms", lock->holder_left.count()},
          {"answers", lock->answers},
          {"endpoint", lock->endpoint},
          {"trouble", lock->trouble},
          {"forced_why", lock->forced_why}};
}

ordered_json keepalived(const KeepalivedSeen& seen) {
  ordered_json pid = nullptr;
  ordered_json started = nullptr;
  if (seen.process) {
    pid = seen.process->pid;
    started = seen.process->started_ms;
  }
  return {{"running", seen.process.has_value()},
          {"pid", std::move(pid)},
          {"started_ms", std::move(started)},
          {"conf", seen.path},
          {"fingerprint", seen.conf.fingerprint},
          {"changed_ms", seen.conf.changed_ms},
          {"changed_since_start", seen.changed_since()},
          {"problems", seen.conf.problems}};
}

ordered_json held(const std::optional<Held>& held) {
  if (!held) return nullptr;
  return {{"resource", held->resource},
          {"step", held->step},
          {"error", held->error},
          {"event", held->event_id},
          {"since_ms", held->since_ms}};
}

ordered_json refusals(const std::vector<Refusal>& refusals) {
  ordered_json all = ordered_json::array();
  for (const Refusal& refusal : refusals) {
    all.push_back({{"resource", refusal.resource}, {"cause", refusal.cause}, {"why", refusal.why}});
  }
  return all;
}

ordered_json side(const PairSide& side) {
  ordered_json lag = nullptr;
  ordered_json lacks = nullptr;
  if (side.lag) lag = side.lag->count();
  if (side.lacks) lacks = *side.lacks;
  return {{"node", side.node},        {"state", side.state},          {"detail", side.detail},
          {"lag_ms", std::move(lag)}, {"took_ms", side.took.count()}, {"held", side.held},
          {"lacks", std::move(lacks)}};
}

ordered_json pair(const std::vector<PairRow>& rows) {
  ordered_json all = ordered_json::array();
  for (const PairRow& row : rows) {
    all.push_back({{"resource", row.resource},
                   {"trouble", row.trouble},
                   {"own", side(row.own)},
                   {"peer", side(row.peer)}});
  }
  return all;
}

ordered_json firing(const std::vector<KeptRule>& rules) {
  ordered_json all = ordered_json::array();
  for (const KeptRule& kept : rules) {
    const RuleReport& rule = kept.report;
    ordered_json value = nullptr;
    if (rule.value) value = *rule.value;
    all.push_back({{"rule", rule.name},
                   {"metric", to_string(rule.metric)},
                   {"about", rule.about},
                   {"value", std::move(value)},
                   {"operator", to_string(rule.comparison)},
                   {"threshold", rule.threshold},
                   {"severity", to_string(kept.severity)},
                   {"since_ms", kept.state.firing_ms}});
  }
  return all;
}

ordered_json settings(const std::vector<ServerSettings>& servers) {
  ordered_json all = ordered_json::array();
  for (const ServerSettings& server : servers) {
    ordered_json missing = ordered_json::array();
    ordered_json unreadable = ordered_json::array();
    for (const SettingRemark& remark : server.remarks) {
      if (remark.kind == SettingRemark::Kind::missing) {
        missing.push_back({{"setting", remark.setting},
                           {"line", remark.line},
                           {"why", say(Lang::en, remark.why)}});
      } else {
        unreadable.push_back({{"setting", remark.setting}, {"why", say(Lang::en, remark.why)}});
      }
    }
    all.push_back({{"resource", server.resource},
                   {"missing", std::move(missing)},
                   {"unreadable", std::move(unreadable)},
                   {"trouble", server.trouble}});
  }
  return all;
}

ordered_json maintenance(const std::optional<Maintenance>& it) {
  if (!it) return nullptr;
  ordered_json until = nullptr;
  if (it->until_ms) until = *it->until_ms;
  return {{"reason", it->reason},
          {"by", it->by},
          {"since_ms", it->since_ms},
          {"until_ms", std::move(until)}};
}

}  // namespace

std::string render_status_json(const StatusReport& report) {
  const RoleView& view = report.role.view;
  ordered_json check = nullptr;
  if (report.verdict) {
    check = {{"code", static_cast<int>(report.verdict->code)}, {"reason", report.verdict->reason}};
  }
  ordered_json vip = nullptr;
  if (view.vip_set) vip = {{"address", report.vip}, {"here", view.vip_here}};
  ordered_json last = nullptr;
  if (report.last) last = ordered_json::parse(render_history_json({*report.last})).at(0);
  const ordered_json all{
      {"version", 1},
      {"node", report.node},
      {"role", to_string(role_of(view))},
      {"instance", report.role.instance},
      {"newest_event", newest(report.role)},
      {"vip", std::move(vip)},
      {"phase", phase_word(view.phase)},
      {"phase_reason", view.why},
      {"starting", view.starting},
      {"check", std::move(check)},
      {"maintenance", maintenance(report.role.maintenance)},
      {"switchover", view.handing_over.empty() ? ordered_json(nullptr)
                                               : ordered_json{{"reason", view.handing_over}}},
      {"watch_runs", report.watch_runs},
      {"keepalived", keepalived(report.keepalived)},
      {"witnesses", witnesses(report)},
      {"lock", lock(report.lock)},
      {"resources", resources(report.findings)},
      {"pair", pair(report.pair)},
      {"settings", settings(report.settings)},
      {"last_transition", std::move(last)},
      {"held", held(report.role.state.held)},
      {"refusals", refusals(report.role.state.refusals)},
      {"firing", firing(report.firing)},
      {"alerts",
       {{"waiting", report.alerts_waiting},
        {"dead", report.alerts_dead},
        {"last_error", report.alerts_trouble}}},
      {"journal_trouble", report.journal_trouble}};
  return all.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ha
