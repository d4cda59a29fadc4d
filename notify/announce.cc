#include "notify/announce.h"

#include "agent/log.h"
#include "agent/role_state.h"
#include "notify/roles.h"
#include "notify/tell.h"

namespace ha {

namespace {

Alert alert_now(const Config& config, Subject subject) {
  const RoleGathered role = gather_role(config);
  const Event event = make_event(role.instance, false, role.view.newest, 0);
  Alert alert = alert_about(config, event, State::none);
  alert.subject = subject;
  return alert;
}

void queue(const Config& config, const StateDir& dir, const Alert& alert) {
  if (auto queued = enqueue_alert(dir, config, alert); !queued) {
    log::error("the alert could not be queued: " + queued.error().message);
  }
}

}  // namespace

void announce(const Config& config, const StateDir& dir, Subject subject, Outcome outcome,
              std::vector<std::string> lines) {
  Alert alert = alert_now(config, subject);
  alert.outcome = outcome;
  alert.problems = std::move(lines);
  queue(config, dir, alert);
}

void announce_rule(const Config& config, const StateDir& dir, Subject subject, RuleReport report,
                   Severity severity, std::int64_t at_ms, const std::string& seen) {
  Alert alert = alert_now(config, subject);
  alert.graveness = severity;
  alert.rule = std::move(report);
  alert.at_ms = at_ms;
  // Several may come about in one millisecond.
  alert.event_id += "-" + rule_key(alert);
  if (!seen.empty()) alert.problems.push_back(seen);
  queue(config, dir, alert);
}

}  // namespace ha
