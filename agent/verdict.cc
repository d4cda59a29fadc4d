#include "agent/verdict.h"

#include <fmt/format.h>

#include "agent/duration.h"

namespace ha {
namespace {

std::string names_of(const std::vector<Finding>& findings, Level level) {
  std::string names;
  for (const Finding& finding : findings) {
    if (finding.level != level) continue;
    if (!names.empty()) names += "; ";
    names += fmt::format("{} {}: {}", finding.kind, finding.name, finding.seen);
  }
  return names;
}

}  // namespace

Role role_of(const RoleView& view) {
  if (view.vip_set && !view.vip_here) return Role::standby;
  if (view.newest == State::master || lost_master_event(view)) return Role::master;
  return Role::standby;
}

bool lost_master_event(const RoleView& view) {
  const bool said_otherwise = view.newest == State::backup || view.newest == State::fault;
  return view.vip_set && view.vip_here && said_otherwise;
}

Verdict verdict(const RoleView& role, const FailbackView& failback,
                const std::vector<Finding>& findings) {
  if (findings.empty()) return {ExitCode::config, "there is no resource to check"};
  if (!role.readable) return {ExitCode::no, "the role is not known: " + role.why};
  if (role.phase == Phase::held) {
    return {ExitCode::held, "a failed step is held until `ha-agent ack`: " + role.why};
  }
  if (!role.handing_over.empty()) {
    return {ExitCode::no, "a switchover gives this node's role away: " + role.handing_over};
  }
  if (auto names = names_of(findings, Level::no); !names.empty()) return {ExitCode::no, names};

  if (role_of(role) == Role::master) {
    if (role.phase == Phase::fenced) {
      return {ExitCode::no,
              "this node stopped its writes and waits for keepalived to leave MASTER: " + role.why};
    }
    if (role.phase == Phase::refused) {
      return {ExitCode::no, "the promotion was refused: " + role.why};
    }
    if (role.phase == Phase::died) {
      return {ExitCode::no, "the process that made this node MASTER died before it had finished"};
    }
  } else if (failback.left > Millis{0} && failback.peer_writable) {
    return {ExitCode::no,
            fmt::format("it failed as MASTER and the peer serves: stays away for another {}",
                        format_duration(failback.left))};
  }
  const bool would_be_refused = role_of(role) == Role::standby && role.cooldown > Millis{0};
  if (would_be_refused) {
    return {ExitCode::no, fmt::format("the last promotion was too short a time ago "
                                      "(min_promote_interval): stays away for another {} s",
                                      role.cooldown.count() / 1000 + 1)};
  }
  if (auto names = names_of(findings, Level::unknown); !names.empty()) {
    return {ExitCode::no_verdict, names};
  }

  std::string reason =
      role_of(role) == Role::master ? "every resource serves" : "every resource could be promoted";
  if (auto names = names_of(findings, Level::pending); !names.empty()) {
    reason += "; pending: " + names;
  }
  if (auto names = names_of(findings, Level::degraded); !names.empty()) {
    reason += "; degraded: " + names;
  }
  return {ExitCode::ok, reason};
}

Verdict in_maintenance(const RoleView& role, const Repeated& repeated, const Verdict& otherwise) {
  if (role.phase == Phase::fenced || !role.readable) return otherwise;
  std::string reason =
      fmt::format("maintenance ({}) repeats what was so before it", repeated.reason);
  if (otherwise.code != repeated.code) {
    reason += fmt::format("; without it: {}, {}", verdict_word(otherwise.code), otherwise.reason);
  }
  return {repeated.code, reason};
}

const char* verdict_word(ExitCode code) {
  switch (code) {
    case ExitCode::ok:
      return "ok";
    case ExitCode::no:
      return "no";
    case ExitCode::held:
      return "held";
    case ExitCode::no_verdict:
    case ExitCode::usage:
    case ExitCode::config:
      break;
  }
  return "no verdict";
}

}  // namespace ha
