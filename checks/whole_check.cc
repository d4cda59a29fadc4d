#include "checks/whole_check.h"

#include <utility>

#include "agent/clock.h"
#include "agent/process.h"
#include "checks/failback.h"

namespace ha {

WholeCheck ask_resources(const Config& config, const RoleGathered& role, PeerAnswers peers) {
  WholeCheck whole;
  if (!config.has_resources()) return whole;
  const auto begin = SteadyClock::now();
  const Deadline deadline(begin + config.agent.deadline);
  const CheckMemory memory(StateDir{config.agent.state_dir});
  FailbackView failback;
  std::optional<PeerQuestion> peer;
  if (role_of(role.view) == Role::standby) {
    failback.left = failback_left(read_failback(memory), boot_id(), boottime_ms());
    if (failback.left > Millis{0})
      peer.emplace(config, Deadline(begin + config.agent.deadline / 2));
  }
  JobEnvironment environment =
      make_environment(config, role, Deadline(begin + config.agent.deadline / 2));
  environment.peers = std::move(peers);
  whole.findings = run_all(make_jobs(config, role, memory, {}, environment), deadline);
  if (peer) failback.peer_writable = peer->writable();
  whole.verdict = verdict(role.view, failback, whole.findings);
  if (const auto& maintenance = role.maintenance) {
    whole.verdict =
        in_maintenance(role.view, {maintenance->verdict, maintenance->reason}, *whole.verdict);
  }
  return whole;
}

}  // namespace ha
