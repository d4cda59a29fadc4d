// One request to one member of etcd: POST of a JSON body, by libcurl, which is loaded by the first
// call. Blocks until the deadline at most, except for a resolver that hangs. Replies beyond 64 KiB
// are refused. Thread-safe.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"

namespace ha {

constexpr std::size_t kEtcdReplyLimit = 64U << 10U;

struct EtcdReply {
  int status = 0;
  std::string body;
};

/// `path`: "/v3/kv/range". `token`: empty without authentication. An Error says why there is no
/// reply; it names neither user nor password.
Result<EtcdReply> post_etcd(const LockConfig& lock, const std::string& endpoint,
                            const std::string& path, const std::string& body,
                            const std::string& token, Deadline deadline);

}  // namespace ha
