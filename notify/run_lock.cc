#include "notify/run_lock.h"

namespace ha {

RunLock::RunLock(const Config& config, const StateDir& dir, const Plan& plan)
    : hold_(*config.the_lock(), config.agent.node, dir) {
  for (const Lane& lane : plan.lanes) {
    if (lane.kind == LaneKind::mysql || lane.kind == LaneKind::redis) {
      writable_.insert(lane.resource);
    }
  }
}

void RunLock::step_ended(const Lane& lane, Step step, bool ok) {
  const bool stops_writes =
      step == Step::set_read_only || step == Step::redis_fence || step == Step::kill_silent;
  if (!stops_writes || !ok) return;
  const std::lock_guard guard(mutex_);
  writable_.erase(lane.resource);
  changed_.notify_all();
}

std::set<std::string> RunLock::still_writable(Deadline deadline) {
  std::unique_lock guard(mutex_);
  changed_.wait_until(guard, deadline.at(), [&] { return writable_.empty(); });
  return writable_;
}

}  // namespace ha
