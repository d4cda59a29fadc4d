// A real etcd cluster of the test's own, on loopback and free ports, each member a process in a
// folder of its own. Leaders are elected ten times as fast as by default; leases count whole
// seconds all the same.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "agent/config.h"
#include "tests/support/certificates.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace ha::test {

class Etcd {
 public:
  /// `tls`: members speak https and ask clients for a certificate of the same CA.
  explicit Etcd(int members = 3, const Certificates* tls = nullptr);

  std::string endpoint(int member) const;
  /// "a, b, c", as in the configuration.
  std::string endpoints() const;
  void start(int member);
  void kill(int member) { members_[static_cast<std::size_t>(member)].process.kill(); }
  void freeze(int member) const;
  void thaw(int member) const;
  /// The member that leads; -1: none.
  int leader() const;
  /// etcdctl's output; throws with it when etcdctl fails. `as`: user:password.
  std::string ctl(const std::vector<std::string>& words, const std::string& as = "") const;
  /// The node that the key `key` names as the holder; "" when nobody holds it.
  std::string holder(const std::string& key = "/ha-agent/dcs") const;
  /// With root:root, and ha:`password` who may use /ha-agent/.
  void enable_auth(const std::string& password) const;

  /// What EtcdClient wants.
  LockConfig config(Millis ttl = Millis{10'000}) const;
  /// [lock dcs].
  std::string section(const std::string& ttl, const std::string& more = "") const;

 private:
  struct Member {
    TempDir dir;
    int client = 0;
    int peer = 0;
    Child process;
  };
  std::string scheme() const { return tls_ == nullptr ? "http" : "https"; }
  std::vector<Member> members_;
  const Certificates* tls_;
};

}  // namespace ha::test
