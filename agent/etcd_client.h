// etcd as the lock needs it, over all members: the one that answered last is asked first, the next
// one as soon as one fails or is slow, and the first good answer wins. Every question may therefore
// reach several members; each is made so that this does no harm. Bounded by the deadline. An Error
// is ErrorKind::config when etcd refuses this client, answered when it answers with another error,
// else unreachable or timeout: no member answers for a quorum. It names the members, never a
// secret. Thread-safe; may be destroyed while threads of it are still busy. Give addresses: of a
// name that is not resolved no more than a few questions wait at a time.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/etcd_json.h"

namespace ha {

class EtcdClient {
 public:
  explicit EtcdClient(const LockConfig& lock);

  /// The lock's key, linearizable: the answer is the quorum's.
  Result<std::optional<EtcdKey>> read(Deadline deadline) const;
  Result<EtcdLease> grant(Deadline deadline) const;
  struct Renewed {
    Millis ttl{};  ///< zero: the lease is gone
    std::optional<EtcdKey> key;
  };
  /// Keeps the lease, then reads the key from the same member. A member that was cut off from the
  /// others may still renew a lease that they let go; it cannot read.
  Result<Renewed> renew(std::int64_t lease, Deadline deadline) const;
  /// A lease that is gone is no error.
  Status revoke(std::int64_t lease, Deadline deadline) const;
  /// Puts the key if it is as `mod_revision` says; 0: if nobody has it. Ours, with this lease, is
  /// ours whoever of several questions put it.
  Result<EtcdPut> put_if(const std::string& value, std::int64_t lease, std::int64_t mod_revision,
                         Deadline deadline) const;
  Result<Millis> time_to_live(std::int64_t lease, Deadline deadline) const;

  /// The member that answered last; "" before the first answer.
  std::string endpoint() const;

 private:
  struct Members;
  std::shared_ptr<Members> members_;
};

}  // namespace ha
