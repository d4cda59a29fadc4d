#include "notify/announce.h"

#include "agent/log.h"
#include "agent/role_state.h"
#include "notify/roles.h"
#include "notify/tell.h"

namespace ha {

void announce(const Config& config, const StateDir& dir, Subject subject, Outcome outcome,
              std::vector<std::string> lines) {
  const RoleGathered role = gather_role(config);
  const Event event = make_event(role.instance, false, role.view.newest, 0);
  Alert alert = alert_about(config, event, State::none);
  alert.subject = subject;
  alert.outcome = outcome;
  alert.problems = std::move(lines);
  if (auto queued = enqueue_alert(dir, config, alert); !queued) {
    log::error("the alert could not be queued: " + queued.error().message);
  }
}

}  // namespace ha
