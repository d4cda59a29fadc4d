#include "notify/maintenance_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "agent/clock.h"
#include "agent/log.h"
#include "agent/maintenance.h"
#include "agent/role_state.h"
#include "agent/texts.h"
#include "checks/verdict_log.h"
#include "notify/announce.h"
#include "notify/journal.h"
#include "notify/local_time.h"
#include "notify/operator.h"
#include "notify/role_lock.h"
#include "notify/roles.h"

namespace ha {
namespace {

constexpr Millis kPatience{2000};
constexpr Millis kDelivery{20'000};
constexpr std::int64_t kDay = 24LL * 3600 * 1000;

ExitCode complain(const std::string& text) {
  std::fprintf(stderr, "ha-agent: maintenance: %s\n", text.c_str());
  return ExitCode::no;
}

std::string until_text(const Maintenance& maintenance, Lang lang) {
  if (!maintenance.until_ms) return say(lang, Text::maintenance_open);
  return say(lang, Text::maintenance_until,
             fmt::arg("until", format_local_time(*maintenance.until_ms)));
}

std::vector<std::string> lines_of(const Maintenance& maintenance, Lang lang) {
  return {say(lang, Text::maintenance_reason, fmt::arg("by", maintenance.by),
              fmt::arg("since", format_local_time(maintenance.since_ms)),
              fmt::arg("reason", maintenance.reason)),
          until_text(maintenance, lang)};
}

void journal_maintenance(const StateDir& dir, const char* state, const Maintenance& maintenance,
                         const std::string& by) {
  nlohmann::json line{{"state", state}, {"reason", maintenance.reason}, {"by", by}};
  if (maintenance.until_ms) line["until_ms"] = *maintenance.until_ms;
  journal(dir, "maintenance", std::move(line), Durability::durable);
}

// Under the role lock.
Status end(const Config& config, const Maintenance& maintenance, const char* state,
           const std::string& by, std::string how) {
  const StateDir dir{config.agent.state_dir};
  if (auto removed = remove_maintenance(dir); !removed) return removed;
  journal_maintenance(dir, state, maintenance, by);
  log::notice(fmt::format("maintenance ended ({})", state));
  std::vector<std::string> lines = lines_of(maintenance, config.agent.lang);
  lines.back() = std::move(how);
  announce(config, dir, Subject::maintenance_ended, Outcome::done, std::move(lines));
  return {};
}

// What was only recorded meanwhile.
ExitCode resume(const Config& config) {
  const RoleGathered role = gather_role(config);
  if (role.state.work != RoleState::Work::suspended) return ExitCode::ok;
  Roles roles(config);
  const auto outcome = roles.act_on({Occasion::Kind::resume, "the maintenance is over"});
  roles.make_true(Millis{0});
  if (!outcome) {
    std::puts("the roles are made true by another process; see `ha-agent status`");
    return ExitCode::ok;
  }
  std::printf("%s: %s; see `ha-agent history -n 1`\n",
              std::string(to_string(role.view.newest)).c_str(), to_string(*outcome));
  return *outcome == Outcome::done ? ExitCode::ok : ExitCode::no;
}

}  // namespace

ExitCode maintenance_on(const Config& config, std::optional<Millis> lasts,
                        const std::string& reason) {
  const StateDir dir{config.agent.state_dir};
  if (auto ready = dir.prepare(); !ready) return complain(ready.error().message);
  {
    const auto lock = RoleLock::acquire(dir, Deadline::in(kPatience));
    if (!lock) return complain("a transition is running; try again when it has ended");
    const auto handover = read_handover(dir);
    if (handover && *handover && (*handover)->alive()) {
      return complain("a switchover is at work; try again when it has ended");
    }
    auto before = read_maintenance(dir);
    if (!before) return complain(before.error().message);
    const std::int64_t now = wall_ms();
    Maintenance maintenance;
    if (*before && !(*before)->over(now)) {
      maintenance = **before;
    } else {
      maintenance.since_ms = now;
      if (const auto last = last_verdict(CheckMemory(dir))) {
        maintenance.verdict = last->code;
        maintenance.verdict_reason = last->reason;
      } else {
        maintenance.verdict_reason = "no check has been run yet";
      }
    }
    maintenance.until_ms.reset();
    if (lasts) maintenance.until_ms = now + lasts->count();
    maintenance.reason = reason;
    maintenance.by = operator_name();
    maintenance.told_ms = now;
    if (auto written = write_maintenance(dir, maintenance); !written) {
      return complain(written.error().message);
    }
    journal_maintenance(dir, "on", maintenance, maintenance.by);
    log::warning(fmt::format("maintenance by {}: {}", maintenance.by, reason));
    announce(config, dir, Subject::maintenance_begun, Outcome::done,
             lines_of(maintenance, config.agent.lang));
    std::printf(
        "maintenance is on %s: BACKUP and MASTER are only recorded, FAULT and STOP still demote\n"
        "the check repeats its last verdict: %s (%s)\n"
        "this is about this node alone: the other one needs its own\n",
        until_text(maintenance, Lang::en).c_str(), verdict_word(maintenance.verdict),
        maintenance.verdict_reason.c_str());
  }
  deliver_alerts(dir, config, Deadline::in(kDelivery), false);
  return ExitCode::ok;
}

ExitCode maintenance_off(const Config& config) {
  const StateDir dir{config.agent.state_dir};
  if (auto ready = dir.prepare(); !ready) return complain(ready.error().message);
  {
    const auto lock = RoleLock::acquire(dir, Deadline::in(kPatience));
    if (!lock) return complain("a transition is running; try again when it has ended");
    const auto maintenance = read_maintenance(dir);
    if (!maintenance) return complain(maintenance.error().message);
    if (!*maintenance) {
      std::puts("maintenance is not on");
      return ExitCode::ok;
    }
    const std::string by = operator_name();
    auto ended = end(config, **maintenance, "off", by,
                     say(config.agent.lang, Text::maintenance_ended_by, fmt::arg("by", by)));
    if (!ended) return complain(ended.error().message);
    std::puts("maintenance is off: the next check judges anew");
  }
  const ExitCode code = resume(config);
  deliver_alerts(dir, config, Deadline::in(kDelivery), false);
  return code;
}

void tend_maintenance(const Config& config) {
  const StateDir dir{config.agent.state_dir};
  const auto seen = read_maintenance(dir);
  if (!seen || !*seen) return;
  const std::int64_t now = wall_ms();
  if (!(*seen)->over(now) && now - (*seen)->told_ms < kDay) return;
  const auto lock = RoleLock::acquire(dir, Deadline::in(Millis{0}));
  if (!lock) return;
  auto maintenance = read_maintenance(dir);
  if (!maintenance || !*maintenance) return;
  Status changed;
  if ((*maintenance)->over(now)) {
    changed =
        end(config, **maintenance, "over", {}, say(config.agent.lang, Text::maintenance_expired));
  } else if (now - (*maintenance)->told_ms >= kDay) {
    (*maintenance)->told_ms = now;
    changed = write_maintenance(dir, **maintenance);
    if (changed) {
      announce(config, dir, Subject::maintenance_goes_on, Outcome::done,
               lines_of(**maintenance, config.agent.lang));
    }
  }
  if (!changed) log::error("maintenance: " + changed.error().message);
}

}  // namespace ha
