// watch's hand on the lock: renews it in a thread of its own, and stops this node's writes before
// it can end, whatever the acting thread is busy with. The thread looks at the clock before it asks
// etcd anything: a process that was frozen beyond the lock's end stops the writes first. See
// agent/lock_times.h for when what is due.
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/protocol.h"
#include "notify/lock_hold.h"
#include "notify/roles.h"

namespace ha {

class LockKeeper {
 public:
  /// `config` has a lock. Begins at once.
  explicit LockKeeper(const Config& config);
  LockKeeper(const LockKeeper&) = delete;
  LockKeeper& operator=(const LockKeeper&) = delete;
  ~LockKeeper();

  /// For the role protocol; asks nobody.
  LockView view(Role role) const;
  /// lock.json says that this node holds it.
  bool held() const;

 private:
  void run(const std::stop_token& stop);
  void tick();
  void keep(const LockLease& lease);
  void look_for_it(const std::optional<LockLease>& lease);
  void lost(const std::string& why);
  void go_on_without(const std::string& why);
  void note(const std::string& what, const std::string& why);
  Millis until_next() const;

  const Config& config_;
  const LockConfig& lock_;
  StateDir dir_;
  LockHold hold_;
  Roles roles_;                 ///< this thread's own
  std::string told_;            ///< what was told last
  bool overdue_ = false;        ///< the last tick came when the writes had to be stopped already
  std::int64_t looked_ms_ = 0;  ///< when etcd was asked last without holding anything
  std::int64_t tried_ms_ = 0;   ///< when it was tried last after it was lost

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  LockView seen_;
  std::jthread thread_;
};

}  // namespace ha
