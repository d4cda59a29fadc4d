#include "checks/check_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "agent/log.h"
#include "agent/process.h"
#include "agent/role_state.h"
#include "checks/failback.h"
#include "checks/jobs.h"
#include "checks/locked.h"
#include "checks/mysql.h"
#include "checks/render.h"
#include "checks/sampling.h"
#include "checks/verdict_log.h"

namespace ha {
namespace {

/// How long remembering may take beyond the deadline when another copy holds the lock.
constexpr Millis kRememberLimit{10};

/// What every kind of finding leaves for the next check. Known also from a check of one resource.
void remember_findings(CheckMemory& memory, const RoleGathered& role,
                       const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    const bool healthy = finding.level == Level::ok || finding.level == Level::degraded;
    if (finding.kind == "mysql") {
      for (const auto& [name, value] : finding.facts) {
        if (name == kLagFact)
          memory.remember_lag(finding.name, Millis{std::get<std::int64_t>(value)});
      }
    } else if (finding.kind != "redis" && healthy && role.view.starting) {
      memory.remember_healthy(finding.kind, finding.name, role.state.promotion_id);
    }
  }
}

void remember_look(CheckMemory& memory, const Look& look) {
  constexpr std::string_view kMysql = "mysql ";
  if (look.waits) memory.remember_waits(look.resource.substr(kMysql.size()), *look.waits);
  const PeerView::Answer answer = look.situation.peer.answer;
  const bool asked = answer == PeerView::Answer::up || answer == PeerView::Answer::silent ||
                     answer == PeerView::Answer::refusing;
  if (!asked || !look.resource.starts_with(kMysql)) return;
  memory.remember_source_asked(look.resource.substr(kMysql.size()), boottime_ms());
}

void remember_data(CheckMemory& memory, const Look& look) {
  if (!look.data) return;
  constexpr std::string_view kMysql = "mysql ";
  memory.write(data_look_file(look.resource.substr(kMysql.size())), to_text(*look.data));
}

/// The records of the databases. One that did not answer at all left no look.
void remember_looks(const Config& config, const RoleGathered& role, CheckMemory& memory,
                    std::vector<Look> looks, const std::vector<Finding>& findings,
                    std::int64_t now_ms) {
  const StateDir dir{config.agent.state_dir};
  for (const Finding& finding : findings) {
    if (finding.kind != "mysql" && finding.kind != "redis") continue;
    const std::string resource = finding.kind + " " + finding.name;
    const bool seen = std::any_of(looks.begin(), looks.end(),
                                  [&](const Look& look) { return look.resource == resource; });
    if (seen) continue;
    Look look{resource, Note::none, {}, {}};
    look.note = judge(role_of(role.view), false, look.situation, {}).cell.note;
    looks.push_back(std::move(look));
  }
  for (const Look& look : looks) {
    auto kept = update_record(dir, look.resource, now_ms, kRememberLimit, [&](Record& record) {
      record = next_record(std::move(record), look.note, look.situation);
    });
    if (!kept && kept.error().kind != ErrorKind::timeout) memory.note_trouble(kept.error().message);
    remember_data(memory, look);
    remember_look(memory, look);
  }
}

void remember_verdict(CheckMemory& memory, const Config& config, const RoleGathered& role,
                      const Verdict& verdict, const std::vector<Finding>& findings) {
  const auto lock = lock_memory(memory, Deadline::in(kRememberLimit));
  if (!lock) return;
  log_verdict(memory, role_of(role.view), verdict, findings);
  // A role that was given away did not fail, and the address comes milliseconds before its event.
  const bool failed = verdict.code != ExitCode::ok && role.view.handing_over.empty() &&
                      !lost_master_event(role.view);
  if (role_of(role.view) == Role::master && failed && !role.maintenance) {
    write_failback(memory, after_failure(read_failback(memory), boot_id(), role.newest->id,
                                         boottime_ms(), config.agent.failback_delay));
  }
}

/// Without a memory nobody knows what was said before: a failure is then said each time, and the
/// trouble itself about once a minute (checks come every second).
void log_without_memory(const CheckMemory& memory, const Verdict& verdict) {
  if (verdict.code != ExitCode::ok) {
    log::error(fmt::format("check: {}: {}", verdict_word(verdict.code), verdict.reason));
  }
  if (boottime_ms() / 1000 % 60 == 0) {
    log::warning("check: cannot remember what it saw: " + memory.trouble());
  }
}

void print(const CheckReport& report, CheckRequest::Format format) {
  std::string text;
  switch (format) {
    case CheckRequest::Format::text:
      text = render_text(report, ::isatty(STDOUT_FILENO) == 1);
      break;
    case CheckRequest::Format::json:
      text = render_json(report);
      break;
    case CheckRequest::Format::nagios:
      text = render_nagios(report);
      break;
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
}

ExitCode exit_code(ExitCode code, CheckRequest::Format format) {
  return format == CheckRequest::Format::nagios ? static_cast<ExitCode>(nagios_code(code)) : code;
}

}  // namespace

std::optional<CheckRequest::Format> parse_check_format(std::string_view word) {
  if (word == "text") return CheckRequest::Format::text;
  if (word == "json") return CheckRequest::Format::json;
  if (word == "nagios") return CheckRequest::Format::nagios;
  return {};
}

ExitCode check_without_verdict(CheckRequest::Format format, ExitCode code, const std::string& why) {
  if (format == CheckRequest::Format::nagios) {
    std::fprintf(stdout, "HA UNKNOWN: %s\n", why.c_str());
  } else {
    std::fprintf(stderr, "ha-agent: %s\n", why.c_str());
  }
  return exit_code(code, format);
}

ExitCode check_command(const Config& config, const CheckRequest& request) {
  const auto begin = SteadyClock::now();
  const Millis limit = request.deadline.value_or(config.agent.deadline);
  const Deadline deadline(begin + limit);
  if (!config.has_resources()) {
    log::error("check: there is no resource to check in " + config.path);
    return check_without_verdict(request.format, ExitCode::config,
                                 "there is no resource to check in " + config.path);
  }
  if (const auto unknown = unknown_words(config, request.names); !unknown.empty()) {
    std::fprintf(stderr, "ha-agent: check: there is no resource '%s'; there are: %s\n",
                 unknown.front().c_str(), known_resources(config).c_str());
    return ExitCode::usage;
  }
  const bool whole = request.names.empty();
  const RoleGathered role = gather_role(config);
  CheckMemory memory(StateDir{config.agent.state_dir});

  FailbackView failback;
  std::optional<PeerQuestion> peer;
  if (whole && role_of(role.view) == Role::standby) {
    failback.left = failback_left(read_failback(memory), boot_id(), boottime_ms());
    if (failback.left > Millis{0}) peer.emplace(config, Deadline(begin + limit / 2));
  }
  CheckReport report;
  const JobEnvironment environment = make_environment(config, role, Deadline(begin + limit / 2));
  const std::int64_t seen_ms = wall_ms();
  report.findings = run_all(make_jobs(config, role, memory, request.names, environment), deadline);
  if (peer) failback.peer_writable = peer->writable();
  report.verdict = verdict(role.view, failback, report.findings);
  if (role.maintenance) {
    report.verdict = in_maintenance(
        role.view, {role.maintenance->verdict, role.maintenance->reason}, report.verdict);
    report.maintenance = role.maintenance->reason;
  }

  if (request.remember) {
    remember_findings(memory, role, report.findings);
    remember_looks(config, role, memory, environment.looks->take(), report.findings, seen_ms);
    if (whole) {
      remember_verdict(memory, config, role, report.verdict, report.findings);
      remember_sample(memory, StateDir{config.agent.state_dir},
                      sample_of(report.findings, seen_ms));
    }
    if (!memory.trouble().empty()) {
      report.remarks.push_back("cannot remember what it saw: " + memory.trouble());
      if (whole) log_without_memory(memory, report.verdict);
    }
  }
  report.node = config.agent.node;
  report.instance = role.instance;
  report.role = role_of(role.view);
  report.newest = role.view.newest;
  report.deadline = limit;
  report.took = std::chrono::duration_cast<Millis>(SteadyClock::now() - begin);
  print(report, request.format);
  return exit_code(report.verdict.code, request.format);
}

}  // namespace ha
