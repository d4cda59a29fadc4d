#include "notify/courier.h"

#include "agent/log.h"
#include "agent/subprocess.h"

namespace ha {
namespace {

constexpr Millis kChild{60'000};

}  // namespace

Courier::Courier(std::string config_path, Millis interval)
    : config_path_(std::move(config_path)), interval_(interval), thread_([this] { run(); }) {}

Courier::~Courier() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void Courier::call() {
  const std::lock_guard lock(mutex_);
  called_ = true;
  changed_.notify_all();
}

void Courier::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, interval_, [this] { return called_ || closing_; });
      if (closing_) return;
      called_ = false;
    }
    const auto cancelled = [this] {
      const std::lock_guard lock(mutex_);
      return closing_;  // what is not sent stays in the outbox
    };
    auto ran = run_program({"/proc/self/exe", "--config", config_path_, "alerts", "retry", "--due"},
                           Deadline::in(kChild), cancelled);
    if (!ran && !cancelled()) log::warning("alerts could not be delivered: " + ran.error().message);
  }
}

}  // namespace ha
