#include "agent/protocol.h"

#include <fmt/format.h>

#include "agent/duration.h"

namespace ha {
namespace {

Eligibility yes(std::string why) {
  return {true, std::move(why)};
}
Eligibility no(std::string why) {
  return {false, std::move(why)};
}

std::string with_trouble(std::string text, const std::string& trouble) {
  return trouble.empty() ? text : fmt::format("{}: {}", text, trouble);
}

// Row 1: a server that is not up cannot be promoted, whatever else is so.
std::string own_server_trouble(const ServerView& own) {
  switch (own.answer) {
    case Answer::up:
      return {};
    case Answer::down:
      return with_trouble("the server is down", own.trouble);
    case Answer::silent:
      return with_trouble("the server does not answer", own.trouble);
    case Answer::loading:
      return with_trouble("the server is still loading", own.trouble);
  }
  return "the server's state is not known";
}

// Row 5, as far as this node's own record goes. The lag is the applier's: once all that was
// received is applied, a lag recorded while the source was there says nothing any more.
Eligibility judge_lag(const ServerView& own, const PromotePolicy& policy) {
  const bool following = own.receiver == Receiver::running;
  const std::optional<Millis> lag = following ? own.lag : own.last_lag;
  const bool behind = lag && *lag > policy.max_lag && (following || own.backlog);
  if (!behind) {
    if (own.applier == Applier::none) return yes("it has no source and can be promoted");
    return following ? yes("it follows its source and can be promoted")
                     : yes("its source is gone and it can be promoted");
  }
  if (following) {
    return no(fmt::format("it is {} behind its source, more than max_lag = {}",
                          format_duration(*lag), format_duration(policy.max_lag)));
  }
  const std::string was = fmt::format(
      "it was {} behind when its source went away, more than max_lag = {}, and still applies",
      format_duration(*lag), format_duration(policy.max_lag));
  // on_stale speaks of data that nobody can bring up to date any more; a source that is there can.
  if (policy.on_stale == OnStale::promote) return yes(was + "; on_stale = promote lets it pass");
  return no(was);
}

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

Eligibility can_promote(const ServerView& own, const PromotePolicy& policy) {
  if (auto trouble = own_server_trouble(own); !trouble.empty()) return no(std::move(trouble));

  const bool halted = own.applier == Applier::stopped || own.applier == Applier::error;
  if (halted && own.backlog) {
    return no(with_trouble("the applier is stopped and received transactions are not applied",
                           own.trouble));
  }
  if (own.drain_refused && own.backlog) {
    const bool caught_up =
        own.receiver == Receiver::running && own.lag && *own.lag <= policy.max_lag;
    if (!caught_up) return no("the relay log is still being drained after a refused promotion");
  }
  return judge_lag(own, policy);
}

Role role_of(const RoleView& view) {
  const bool elsewhere = view.vip_set && !view.vip_here;
  return view.newest == State::master && !elsewhere ? Role::master : Role::standby;
}

Verdict verdict(const RoleView& role, const FailbackView& failback,
                const std::vector<Finding>& findings) {
  if (findings.empty()) return {ExitCode::config, "there is no resource to check"};
  if (!role.readable) return {ExitCode::no, "the role is not known: " + role.why};
  if (role.phase == Phase::held) {
    return {ExitCode::held, "a failed step is held until `ha-agent ack`: " + role.why};
  }
  if (auto names = names_of(findings, Level::no); !names.empty()) return {ExitCode::no, names};

  if (role_of(role) == Role::master) {
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

}  // namespace ha
