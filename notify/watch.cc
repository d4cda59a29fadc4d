// One thread acts; eyes look in threads of their own, child processes deliver alerts and write the
// metrics. A beat thread tells systemd that the acting thread still moves: a watch that hangs is
// restarted, and the lock is free.
#include "notify/watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "agent/log.h"
#include "agent/sd_notify.h"
#include "agent/stop_signal.h"
#include "agent/system_error.h"
#include "notify/fifo.h"
#include "notify/journal.h"
#include "notify/lock_keeper.h"
#include "notify/lookout.h"
#include "notify/maintenance_command.h"
#include "notify/memory_courier.h"
#include "notify/occasion_retries.h"
#include "notify/reconcile.h"
#include "notify/role_lock.h"
#include "notify/roles.h"
#include "notify/rule_keeper.h"
#include "notify/side_command.h"
#include "notify/switchover.h"
#include "notify/writes_here.h"

namespace ha {
namespace {

constexpr Millis kDeliverEvery{15'000};
constexpr Millis kMetricsEvery{15'000};
constexpr Millis kRecordPatience{50};
/// A keepalived that runs tells of itself within a second of its start; one that starts later than
/// this finds its replica following already.
constexpr Millis kUnheard{5000};
/// Longer than any piece of work may take beside its drain: a Redis that is kept aside and follows.
constexpr Millis kHangs{360'000};

/// Beats systemd's watchdog as long as the acting thread has moved lately.
class Beat {
 public:
  explicit Beat(Millis hangs) : moved_(now()), hangs_(hangs) {
    const auto limit = sd_watchdog();
    if (!limit) return;
    thread_ = std::jthread([this, half = *limit / 2](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        if (now() - moved_ < hangs_.count()) sd_notify("WATCHDOG=1");
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, half, [] { return false; });
      }
    });
  }
  void move() { moved_ = now(); }

 private:
  static std::int64_t now() {
    return std::chrono::duration_cast<Millis>(SteadyClock::now().time_since_epoch()).count();
  }
  std::atomic<std::int64_t> moved_;
  Millis hangs_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

Result<Fd> watch_folder(const std::string& path) {
  Fd fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!fd) return fail_errno("cannot watch", path);
  if (::inotify_add_watch(fd.get(), path.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE) < 0) {
    return fail_errno("cannot watch", path);
  }
  return fd;
}

bool drain(int fd) {
  std::array<char, 4096> buffer{};
  bool any = false;
  while (::read(fd, buffer.data(), buffer.size()) > 0) any = true;
  return any;
}

Millis longest_drain(const Config& config) {
  Millis longest{0};
  for (const MysqlConfig& mysql : config.mysql) longest = std::max(longest, mysql.drain_timeout);
  return longest;
}

class Watch {
 public:
  explicit Watch(const Config& config)
      : config_(config),
        dir_{config.agent.state_dir},
        lookout_(
            config, config.the_lock() == nullptr
                        ? std::function<LockView(Role)>()
                        : [this](Role role) { return keeper_->view(role); }),
        roles_(config, [this] { return lookout_.silent_peers(); }),
        rules_(config),
        courier_(config.path, {"alerts", "retry", "--due"}, kDeliverEvery,
                 "alerts could not be delivered"),
        memory_(config, [this] { courier_.call(); }),
        beat_(kHangs + 2 * longest_drain(config) + config.agent.start_timeout) {}

  ExitCode run() {
    auto events = watch_folder(dir_.events());
    if (!events) {
      std::fprintf(stderr, "ha-agent: watch: %s\n", events.error().message.c_str());
      log::error("watch: " + events.error().message);
      return ExitCode::no;
    }
    open_fifo();
    if (config_.the_lock() != nullptr) keeper_.emplace(config_);
    journal(dir_, "watch", {{"state", "started"}});
    log::notice("watch: started");
    write_metrics();
    sd_notify("READY=1");
    take_up_events();
    while (!stop_wanted()) {
      beat_.move();
      const bool event = wait(events->get());
      if (stop_wanted()) break;
      if (event || left_over_) take_up_events();
      roles_.save_late();
      reconcile();
      if (rules_.tend()) courier_.call();
      memory_.call();
    }
    sd_notify("STOPPING=1");
    journal(dir_, "watch", {{"state", "stopped"}});
    log::notice("watch: stopped; roles stay as they are");
    return ExitCode::ok;
  }

 private:
  void write_metrics() {
    const std::string& file = config_.agent.metrics_file;
    if (file.empty()) return;
    metrics_.emplace(config_.path, std::vector<std::string>{"metrics", "--textfile", file},
                     kMetricsEvery, "metrics_file");
    metrics_->call();
  }

  void open_fifo() {
    if (config_.agent.notify_fifo.empty()) return;
    auto fifo = NotifyFifo::open(config_.agent.notify_fifo);
    if (fifo) {
      fifo_.emplace(std::move(*fifo));
    } else {
      log::error("watch: notify_fifo: " + fifo.error().message);
    }
  }

  // True when there may be a new event.
  bool wait(int events) {
    std::array<pollfd, 2> fds{{{events, POLLIN, 0}, {fifo_ ? fifo_->fd() : -1, POLLIN, 0}}};
    const auto tick = std::min(lookout_.interval() / 2, Millis{500});
    ::poll(fds.data(), fds.size(), static_cast<int>(tick.count()));
    bool any = drain(events);
    if (fifo_) {
      for (const Event& event : fifo_->read()) {
        any = true;
        if (auto recorded = record_event(dir_, event); !recorded) {
          log::error("the event could not be recorded: " + recorded.error().message);
          roles_.add_unrecorded(event);
        }
        journal(dir_, "event",
                {{"event", event.id},
                 {"instance", event.instance},
                 {"state", to_string(event.state)},
                 {"priority", event.priority}});
      }
    }
    return any;
  }

  void take_up_events() {
    if (roles_.finished(roles_.look())) {
      left_over_ = false;
      return;
    }
    // A hook may hold the lock; if it dies, the event is still there at the next tick.
    left_over_ = !roles_.make_true(Millis{0});
    if (left_over_) return;
    settled();
    retries_.clear();
  }

  // Whatever was seen before may be otherwise now.
  void settled() {
    since_ = SteadyClock::now();
    lookout_.wake();
    courier_.call();
  }

  void reconcile() {
    const bool isolated = lookout_.isolated();
    const auto now = SteadyClock::now();
    if (now < next_look_ && isolated == was_isolated_) return;
    next_look_ = now + lookout_.interval();
    was_isolated_ = isolated;
    tend_maintenance(config_);
    const RoleGathered role = gather_role(config_);
    if (!role.view.readable) {
      log::error("watch: the role is not known: " + role.view.why);
      return;
    }
    // A hook that was killed left its event, and nothing tells of that.
    if (role.view.phase == Phase::died) left_over_ = true;
    if (role.handover && !role.handover->alive()) take_back_handover(config_, roles_);
    const std::vector<JudgedOutlook> all = judge_all(role, lookout_.look(role, since_));
    const bool unheard = !role.newest && !role.first_boot && now - started_ >= kUnheard;
    auto occasion = next_occasion(role, all, {isolated, unheard});
    // A disk that stalls does not keep an isolated master writing.
    const bool fences = occasion && occasion->kind == Occasion::Kind::fence;
    if (!fences) keep_records(all);
    if (!occasion) occasion = lock_to_release(role);
    if (occasion && retries_.due(*occasion, SteadyClock::now())) act(role, *occasion);
    if (fences) keep_records(all);
  }

  // By looks that are younger than the last piece of work on the roles: an older one would not show
  // that a promotion has let writes in meanwhile.
  std::optional<Occasion> lock_to_release(const RoleGathered& role) {
    if (!keeper_ || !keeper_->held()) return std::nullopt;
    const std::string mark = mark_of(role.state);
    if (mark != mark_) {
      mark_ = mark;
      marked_ = SteadyClock::now();
    }
    const auto all = judge_all(role, lookout_.look(role, std::max(since_, marked_)));
    if (!lock_is_idle(role, all, config_.mysql.size() + config_.redis.size())) return std::nullopt;
    // A look's connection that was ended says "gone" of a server that is there.
    if (may_take_writes(config_, Deadline::in(kWritesAnswer))) return std::nullopt;
    return Occasion{Occasion::Kind::release, "nothing here takes writes: the lock is given back",
                    true, mark};
  }

  void keep_records(const std::vector<JudgedOutlook>& all) {
    for (const JudgedOutlook& each : all) {
      const Note note = each.judgement.cell.note;
      const auto kept = update_record(
          dir_, each.outlook.resource, each.outlook.seen_ms, kRecordPatience, [&](Record& record) {
            record = next_record(std::move(record), note, each.outlook.situation);
          });
      if (!kept && kept.error().kind != ErrorKind::timeout) {
        log::warning("watch: the record could not be kept: " + kept.error().message);
      }
    }
  }

  void act(const RoleGathered& role, const Occasion& occasion) {
    log::notice("watch: " + occasion.why);
    const auto outcome = roles_.act_on(occasion);
    if (!outcome) {
      // A fence does not wait for whoever holds the lock and may hang.
      if (occasion.kind == Occasion::Kind::fence && role.newest) {
        roles_.stop_writes_without_lock(*role.newest);
      }
      return;
    }
    retries_.done(occasion, SteadyClock::now());
    settled();
  }

  const Config& config_;
  StateDir dir_;
  Lookout lookout_;
  Roles roles_;
  std::optional<LockKeeper> keeper_;
  RuleKeeper rules_;
  SideCommand courier_;
  MemoryCourier memory_;
  std::optional<SideCommand> metrics_;
  Beat beat_;
  std::optional<NotifyFifo> fifo_;
  bool left_over_ = false;
  bool was_isolated_ = false;
  const SteadyClock::time_point started_ = SteadyClock::now();
  SteadyClock::time_point since_ = started_;
  SteadyClock::time_point next_look_;
  OccasionRetries retries_;
  std::string mark_;  ///< of the role as it was first seen at marked_
  SteadyClock::time_point marked_;
};

}  // namespace

ExitCode watch_command(const Config& config) {
  if (!config.has_resources()) {
    const std::string why = "there is no resource in " + config.path + ": nothing to watch";
    std::printf("%s\n", why.c_str());
    log::warning("watch: " + why);
    // systemd calls a service failed that ends before this.
    sd_notify("READY=1");
    return ExitCode::ok;
  }
  const StateDir dir{config.agent.state_dir};
  if (auto ready = dir.prepare(); !ready) {
    std::fprintf(stderr, "ha-agent: watch: %s\n", ready.error().message.c_str());
    log::error("watch: " + ready.error().message);
    return ExitCode::no;
  }
  const auto lock = acquire_watch_lock(dir);
  if (!lock) {
    std::fprintf(stderr, "ha-agent: watch: another watch runs for %s\n", dir.root.c_str());
    log::error("watch: another watch runs for " + dir.root);
    return ExitCode::no;
  }
  catch_stop_signals({SIGTERM, SIGINT});
  return Watch(config).run();
}

}  // namespace ha
