#include "checks/unit.h"

#include <fmt/format.h>
#include <unistd.h>

#include "agent/subprocess.h"

namespace ha {
namespace {

constexpr const char* kSystemctl = "/usr/bin/systemctl";
// sd_booted(3): this directory is there exactly when systemd is the init of this system.
constexpr const char* kSystemdRuns = "/run/systemd/system";

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

UnitFacts parse_unit(std::string_view output) {
  UnitFacts facts;
  while (!output.empty()) {
    const auto end = output.find('\n');
    const std::string_view line = output.substr(0, end);
    output.remove_prefix(end == std::string_view::npos ? output.size() : end + 1);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 1);
    if (name == "LoadState") facts.load = value;
    if (name == "ActiveState") facts.active = value;
    if (name == "SubState") facts.sub = value;
  }
  return facts;
}

Result<UnitFacts> gather_unit(const UnitConfig& config, Deadline deadline, Stage& stage) {
  if (::access(kSystemdRuns, F_OK) != 0) return fail("systemd does not run on this system");
  stage.at("asking");
  auto ran = run_program(
      {kSystemctl, "show", "--property=LoadState,ActiveState,SubState", "--", config.unit},
      deadline);
  if (!ran) return tl::unexpected<Error>(std::move(ran.error()));
  if (ran->exit_code != 0) {
    return fail(fmt::format("systemctl: {}", first_line(ran->err)), ErrorKind::answered,
                ran->exit_code);
  }
  return parse_unit(ran->out);
}

Finding judge_unit(const UnitConfig& config, const Result<UnitFacts>& facts,
                   const Expectation& expect) {
  Finding finding{"unit", config.name, Level::no, {}, {}, {}};
  finding.facts.emplace_back("unit", config.unit);
  if (!facts) {
    finding.level = facts.error().kind == ErrorKind::timeout ? Level::unknown : Level::no;
    finding.seen = facts.error().message;
    return finding;
  }
  finding.facts.emplace_back("active_state", facts->active);
  finding.facts.emplace_back("sub_state", facts->sub);
  if (facts->load != "loaded") {
    finding.seen = facts->load == "not-found" ? fmt::format("there is no unit {}", config.unit)
                                              : fmt::format("{} is {}", config.unit, facts->load);
    return finding;
  }
  finding.seen = fmt::format("{} is {} ({})", config.unit, facts->active, facts->sub);
  // A unit that reloads its configuration serves meanwhile.
  if (facts->active == "active" || facts->active == "reloading") {
    finding.level = Level::ok;
    return finding;
  }
  // One that failed since it was started has had its chance; one that failed before has not.
  const bool may_come = expect.promoting || facts->active != "failed";
  if (expect.starting && may_come) {
    finding.level = Level::pending;
    finding.seen += ", starting";
  }
  return finding;
}

}  // namespace ha
