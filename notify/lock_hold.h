// This node's hold on the lock in etcd: taken, renewed and given back, with lock.json
// (agent/lock_lease.h) always on the safe side of what etcd knows. `until` is set only after etcd
// has answered, and reckoned from before the request was sent; it is forgotten before the lease is
// revoked. Killed anywhere, the next one to come finds its own lease again, or waits for its end.
// Thread-safe, between processes too.
#pragma once
#include <mutex>
#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/etcd_client.h"
#include "agent/lock_lease.h"
#include "agent/state_dir.h"

namespace ha {

struct Taking {
  enum class End {
    held,       ///< ours
    elsewhere,  ///< `why` names the holder
    no_quorum,  ///< nobody answers for one
    refused,    ///< etcd does not let us in
    failed,     ///< anything else, such as a disk that is full
  };
  End end = End::failed;
  std::string why;
  bool renewed = false;  ///< it was ours already
};

struct Renewal {
  enum class End {
    renewed,
    gone,  ///< ended, deleted, or another node's
    none,  ///< there was nothing of ours to renew, or it was given back meanwhile
    failed,
  };
  End end = End::none;
  std::string why;
};

class LockHold {
 public:
  LockHold(const LockConfig& lock, const std::string& node, const StateDir& dir);

  /// One try. `keeper`: the watch that will renew it; an empty one: watch is to find it.
  Taking take(const ProcessId& keeper, Deadline deadline);
  Renewal renew(const ProcessId& keeper, Deadline deadline);
  /// Forgets it, then revokes the lease, for which etcd has until the deadline. What became of it,
  /// for people; a lease that could not be revoked ends by itself.
  Result<std::string> give_back(Deadline deadline);
  /// Empty while it is ours, and for long enough to stop the writes before it ends.
  std::string missing() const;
  /// An operator lets this node serve without the lock.
  Status force(const std::string& reason);
  /// Who has it; "" for nobody.
  Result<std::string> holder(Deadline deadline) const;

  const LockConfig& config() const { return lock_; }

 private:
  Taking take_free(const ProcessId& keeper, std::int64_t mod_revision, Deadline deadline);
  Taking failed_with(const Error& error) const;
  bool is_ours(const EtcdKey& key) const { return key.value == value_; }

  LockConfig lock_;
  StateDir dir_;
  std::string value_;
  EtcdClient client_;
  std::mutex taking_;
};

}  // namespace ha
