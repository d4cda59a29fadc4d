// What is said to etcd's JSON gateway and what it answers. Pure.
// Source: etcd 3.4 and 3.5, api/etcdserverpb/rpc.proto, and grpc-gateway's mapping: keys and values
// are base64, 64-bit numbers are strings, fields that are zero are left out, an error is
// {"error", "code", "message"} with the gRPC code.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/deadline.h"
#include "agent/error.h"

namespace ha {

/// The lock's key as it stands in etcd.
struct EtcdKey {
  std::string value;
  std::int64_t lease = 0;
  std::int64_t mod_revision = 0;
};

// --- requests
// ------------------------------------------------------------------------------
std::string etcd_authenticate(const std::string& user, const std::string& password);
/// Whole seconds, rounded up.
std::string etcd_grant(Millis ttl);
/// For keepalive, revoke and timetolive.
std::string etcd_lease(std::int64_t lease);
std::string etcd_range(const std::string& key);
/// Puts the key with its lease if it is as `mod_revision` says (0: not there), else reads it.
std::string etcd_put_if(const std::string& key, const std::string& value, std::int64_t lease,
                        std::int64_t mod_revision);

// --- replies with status 200; an Error is ErrorKind::answered
// ------------------------------
struct EtcdLease {
  std::int64_t id = 0;
  Millis ttl{};
};
Result<std::string> parse_etcd_token(const std::string& body);
Result<EtcdLease> parse_etcd_grant(const std::string& body);
/// What is left; zero: there is no such lease any more.
Result<Millis> parse_etcd_keepalive(const std::string& body);
Result<Millis> parse_etcd_time_to_live(const std::string& body);
/// nullopt: nobody has the key.
Result<std::optional<EtcdKey>> parse_etcd_range(const std::string& body);
struct EtcdPut {
  bool done = false;
  std::optional<EtcdKey> there;  ///< what is there instead
};
Result<EtcdPut> parse_etcd_put(const std::string& body);

/// Any other status. ErrorKind::config: user, password or permission are refused. unreachable: no
/// leader, no quorum. answered: anything else. Error::code is the gRPC code.
Error etcd_error(int status, const std::string& body);

constexpr int kEtcdNotFound = 5;
constexpr int kEtcdUnauthenticated = 16;

}  // namespace ha
