// What `status` shows of the lock: this node's own hold, and who has it according to etcd.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/state_dir.h"

namespace ha {

struct LockStatus {
  std::string name;
  bool held = false;         ///< by this node, by its own record
  std::int64_t left_ms = 0;  ///< of that
  std::string holder;        ///< as etcd says; empty: nobody, or no answer
  Millis holder_left{};      ///< at most, as etcd says
  std::string endpoint;      ///< which member answered
  std::string trouble;       ///< why etcd does not answer, or why the last renewal failed
  bool answers = false;      ///< etcd does
  std::string forced_why;    ///< serves without it, by an operator's word
};

/// nullopt: no lock is configured.
std::optional<LockStatus> ask_lock(const Config& config, const StateDir& dir, Deadline deadline);
/// One sentence for people.
std::string describe(const LockStatus& lock, Lang lang);

}  // namespace ha
