// One of ha-agent's own commands, beside the work on roles: a child process does it, so that
// neither the network, a disk nor a library that grows touches the resident half. A thread of its
// own waits for the child.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/deadline.h"

namespace ha {

class SideCommand {
 public:
  /// Runs `words` with the configuration of `config_path`, every `interval` and whenever it is
  /// called. What it says when it fails is logged after `trouble`, once until it says another
  /// thing.
  SideCommand(std::string config_path, std::vector<std::string> words, Millis interval,
              std::string trouble);
  /// A child that is at work is ended: it has to be a command that can be killed.
  ~SideCommand();

  /// There may be something to do.
  void call();

 private:
  void run();
  void run_once();

  std::vector<std::string> argv_;
  Millis interval_;
  std::string trouble_;
  std::string logged_;  ///< of the thread alone
  std::mutex mutex_;
  std::condition_variable changed_;
  bool called_ = false;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace ha
