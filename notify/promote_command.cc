#include "notify/promote_command.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "agent/log.h"
#include "agent/role_state.h"
#include "notify/alert.h"
#include "notify/journal.h"
#include "notify/operator.h"
#include "notify/role_lock.h"
#include "notify/roles.h"

namespace ha {
namespace {

constexpr Millis kPatience{2000};
constexpr Millis kForced{600'000};  // long enough for keepalived's way from FAULT to MASTER
constexpr Millis kDelivery{20'000};

int complain(const std::string& text) {
  return std::fprintf(stderr, "ha-agent: promote: %s\n", text.c_str());
}

// Under the lock, so that no transition that is running writes over it.
Status allow(const StateDir& dir, const std::string& reason) {
  const auto lock = RoleLock::acquire(dir, Deadline::in(kPatience));
  if (!lock) return fail("a transition is running; try again when it has ended");
  auto state = read_role_state(dir);
  if (!state) return tl::unexpected(state.error());
  state->forced_until_ms = boottime_ms() + kForced.count();
  state->forced_why = reason;
  state->held.reset();
  if (state->work == RoleState::Work::refused) state->work = RoleState::Work::done;
  state->refusals.clear();
  const ProcessId self = ProcessId::self();
  if (state->worker.boot_id != self.boot_id) {
    *state = RoleState{};
    state->forced_until_ms = boottime_ms() + kForced.count();
    state->forced_why = reason;
    state->worker = self;
  }
  journal(dir, "force", {{"reason", reason}, {"by", operator_name()}}, Durability::durable);
  return write_role_state(dir, *state, Durability::durable);
}

}  // namespace

ExitCode promote_command(const Config& config, const std::string& reason) {
  const StateDir dir{config.agent.state_dir};
  if (auto ready = dir.prepare(); !ready) {
    complain(ready.error().message);
    return ExitCode::no;
  }
  if (auto allowed = allow(dir, reason); !allowed) {
    complain(allowed.error().message);
    return ExitCode::no;
  }
  log::warning("promotion forced by " + operator_name() + ": " + reason);
  const RoleGathered role = gather_role(config);
  if (role_of(role.view) != Role::master) {
    std::puts(
        "this node is STANDBY: for 10 minutes its check lets it become MASTER, and the promotion "
        "that keepalived then asks for is forced");
    return ExitCode::ok;
  }
  Roles roles(config);
  const auto outcome =
      roles.act_on({Occasion::Kind::promote_again, "forced by an operator: " + reason});
  roles.make_true(Millis{0});
  deliver_alerts(dir, config, Deadline::in(kDelivery), false);
  if (!outcome) {
    complain("another process works on the roles; `ha-agent status` shows what comes of it");
    return ExitCode::no;
  }
  std::printf("%s; see `ha-agent history -n 1`\n", to_string(*outcome));
  return *outcome == Outcome::done ? ExitCode::ok : ExitCode::no;
}

}  // namespace ha
