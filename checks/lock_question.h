// The check's question to etcd, asked by whoever needs the answer first and only then: a MASTER
// looks at lock.json alone, a STANDBY that follows asks nobody. Thread-safe.
#pragma once
#include <future>
#include <memory>
#include <mutex>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/protocol.h"

namespace ha {

class LockQuestion {
 public:
  /// `refused`: the last promotion was refused because of the lock.
  LockQuestion(const Config& config, bool refused, Deadline deadline);

  /// Asks now, without waiting.
  void begin();
  /// begin(), and waits for the answer or the deadline.
  LockView view();

 private:
  LockConfig lock_;
  std::string own_value_;
  bool refused_;
  Deadline deadline_;
  std::mutex mutex_;
  std::shared_future<LockView> answer_;
};

}  // namespace ha
