// What a transition means for each resource: steps in order, each with its reason. Pure, from the
// configuration alone; the executor runs exactly this, and `plan` prints it. Resources are
// independent: each has a lane of its own and the lanes run side by side. Every step looks before
// it acts, so that a plan which was cut off anywhere can be run again.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "agent/state.h"

namespace ha {

enum class Step {
  // databases of either kind
  await_self_fence,
  take_lock,  ///< in place of the wait, where a lock is configured
  fence_peer,
  kill_silent,
  // MySQL, on MASTER
  record_position,
  stop_receiving,
  drain,
  remove_source,
  semi_sync,
  judge,
  lift_read_only,
  look_again,
  // MySQL, on BACKUP, FAULT, STOP and DELETED
  quiesce,  ///< of a switchover: lets what is under way end, instead of ending it
  kill_clients,
  set_read_only,
  mysql_follow,  ///< not on STOP and DELETED
  // Redis
  redis_promote,
  redis_look_again,
  redis_fence,
  redis_follow,
  // the lock
  release_lock,
  // systemd units
  unit_start,
  unit_stop,
  unit_restart,
};

/// The step's word in the journal, in history and in alerts: "lift-read-only".
std::string_view word_of(Step step);
/// Why the step is there, one sentence.
std::string_view reason_of(Step step, Lang lang);

enum class LaneKind { mysql, redis, unit, lock };

struct Lane {
  LaneKind kind = LaneKind::mysql;
  std::size_t index = 0;  ///< into the configuration's list of that kind
  std::string resource;   ///< "mysql main"
  std::vector<Step> steps;
};

struct Plan {
  State from = State::none;
  State to = State::none;
  std::vector<Lane> lanes;

  bool promotes() const { return to == State::master; }
};

/// How a demotion goes about it. Orderly: a switchover, whose peer lives and waits; a transaction
/// that is under way is let to its end, so that nothing stays behind on this node alone.
enum class Manner { sudden, orderly };

Plan make_plan(const Config& config, State from, State to, Manner manner = Manner::sudden);
/// Parts of a plan, in its order: all but these steps, or these only.
Plan without_steps(Plan plan, const std::vector<Step>& steps);
Plan only_steps(Plan plan, const std::vector<Step>& steps);
/// For people: one line a step, with its reason.
std::string render_plan(const Plan& plan, const Config& config);

}  // namespace ha
