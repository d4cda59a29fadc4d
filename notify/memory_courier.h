// Of a resident process: what could not be written to the outbox, because the disk is full, is sent
// from its memory, and goes to the disk once there is room. A thread of its own, so that no vendor
// holds the work on roles up.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "agent/config.h"
#include "agent/state_dir.h"

namespace ha {

class MemoryCourier {
 public:
  /// `on_disk` is called when what waited lies in the outbox.
  MemoryCourier(const Config& config, std::function<void()> on_disk);
  MemoryCourier(const MemoryCourier&) = delete;
  MemoryCourier& operator=(const MemoryCourier&) = delete;
  /// Waits for a try that is under way.
  ~MemoryCourier();

  /// There may be something; it looks again by itself as long as there is.
  void call();

 private:
  void run(const std::stop_token& stop);
  void work();

  const Config& config_;
  StateDir dir_;
  std::function<void()> on_disk_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool called_ = false;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace ha
