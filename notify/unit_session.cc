// systemd units that belong to a role. systemctl is run directly, never through a shell.
// Source: systemctl(1): start and stop wait for the job; --no-block only queues it.
#include <fmt/format.h>

#include "agent/subprocess.h"
#include "notify/session.h"

namespace ha {
namespace {

constexpr const char* kSystemctl = "/usr/bin/systemctl";

class UnitSession : public Session {
 public:
  UnitSession(const UnitConfig& config, std::shared_ptr<const Run> run)
      : config_(config), run_(std::move(run)) {}

  Result<StepOutcome> apply(Step step, Deadline deadline) override {
    switch (step) {
      case Step::unit_start:
        return change("start", deadline, "active");
      case Step::unit_restart:
        return change("restart", deadline, "active");
      case Step::unit_stop:
        return change("stop", deadline, "inactive");
      default:
        return failed("not a step of a unit");
    }
  }

 private:
  Result<std::string> active_state(Deadline deadline) {
    auto ran = run_program(
        {kSystemctl, "show", "--property=ActiveState", "--value", "--", config_.unit}, deadline);
    if (!ran) return tl::unexpected(ran.error());
    if (ran->exit_code != 0) return fail(first_line(ran->err), ErrorKind::answered, ran->exit_code);
    return first_line(ran->out);
  }

  Result<StepOutcome> change(const std::string& verb, Deadline deadline,
                             const std::string& wanted) {
    auto before = active_state(deadline);
    if (!before) return tl::unexpected(before.error());
    const bool is_so = *before == wanted || (wanted == "inactive" && *before == "failed");
    if (is_so && verb != "restart")
      return unchanged(fmt::format("{} is {}", config_.unit, *before));

    // keepalived kills a STOP hook after a second; systemd goes on with a queued job without us.
    const bool no_time = run_->event.state == State::stop || run_->event.state == State::deleted;
    std::vector<std::string> argv{kSystemctl, verb};
    if (no_time) argv.emplace_back("--no-block");
    argv.insert(argv.end(), {"--", config_.unit});
    auto ran = run_program(argv, deadline, [this] { return !run_->overtaken_by().empty(); });
    if (!ran) {
      if (auto by = run_->overtaken_by(); !by.empty()) return overtaken(by);
      return tl::unexpected(ran.error());
    }
    if (ran->exit_code != 0) {
      return fail(fmt::format("systemctl {} {}: {}", verb, config_.unit, first_line(ran->err)),
                  ErrorKind::answered, ran->exit_code);
    }
    if (no_time) return done(fmt::format("{}: {} queued", config_.unit, verb));
    auto after = active_state(deadline);
    if (!after) return tl::unexpected(after.error());
    const bool became = *after == wanted || (wanted == "inactive" && *after == "failed");
    if (!became) return failed(fmt::format("{} is {} after {}", config_.unit, *after, verb));
    return done(fmt::format("{} is {}", config_.unit, *after));
  }

  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

  UnitConfig config_;
  std::shared_ptr<const Run> run_;
};

}  // namespace

std::shared_ptr<Session> open_unit_session(const UnitConfig& config,
                                           std::shared_ptr<const Run> run) {
  return std::make_shared<UnitSession>(config, std::move(run));
}

}  // namespace ha
