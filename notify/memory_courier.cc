#include "notify/memory_courier.h"

#include "agent/deadline.h"
#include "notify/alert.h"
#include "notify/role_lock.h"
#include "notify/tell.h"
#include "notify/unspooled.h"

namespace ha {
namespace {

constexpr Millis kAgain{5000};
/// Of one try of all channels.
constexpr Millis kDelivery{10'000};

}  // namespace

MemoryCourier::MemoryCourier(const Config& config, std::function<void()> on_disk)
    : config_(config),
      dir_{config.agent.state_dir},
      on_disk_(std::move(on_disk)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

MemoryCourier::~MemoryCourier() = default;

void MemoryCourier::call() {
  if (!unspooled::any(dir_)) return;
  const std::lock_guard lock(mutex_);
  called_ = true;
  changed_.notify_one();
}

void MemoryCourier::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      const auto called = [this] { return called_; };
      if (unspooled::any(dir_)) {
        changed_.wait_for(lock, stop, kAgain, called);
      } else {
        changed_.wait(lock, stop, called);
      }
      called_ = false;
    }
    if (!stop.stop_requested()) work();
  }
  // The last chance of what only this process knows.
  static_cast<void>(unspooled::put_on_disk(dir_));
}

void MemoryCourier::work() {
  if (!unspooled::any(dir_)) return;
  if (!unspooled::put_on_disk(dir_)) {
    deliver_alerts(dir_, config_, Deadline::in(kDelivery), false);
  }
  if (unspooled::any(dir_)) return;
  // Its event says still that nobody has told of it.
  if (const auto lock = RoleLock::acquire(dir_, Deadline::in(Millis{0}))) {
    tell_leftovers(config_, dir_);
  }
  on_disk_();
}

}  // namespace ha
