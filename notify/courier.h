// Sends alerts beside the work on roles: a child process does it, so that neither the network nor a
// library that grows touches the resident half. A thread of its own waits for the child.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "agent/deadline.h"

namespace ha {

class Courier {
 public:
  /// Also looks every `interval` by itself.
  Courier(std::string config_path, Millis interval);
  ~Courier();  ///< waits for a child that is at work, which has its own limits

  /// There may be something to send.
  void call();

 private:
  void run();

  std::string config_path_;
  Millis interval_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool called_ = false;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace ha
