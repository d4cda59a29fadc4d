// Sockets under a deadline: names to addresses, connecting, sending. Errors are errno values,
// because callers tell ECONNREFUSED from ETIMEDOUT. No state; any thread.
#pragma once
#include <netdb.h>

#include <string>
#include <string_view>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/fd.h"
#include "agent/handle.h"

namespace ha {

using Addresses = Handle<addrinfo, freeaddrinfo>;

/// Blocks as long as the resolver does, for an address not at all. `port` is a number; `type` is
/// SOCK_STREAM and the like.
Result<Addresses> resolve(const std::string& host, const std::string& port, int type);

/// False when none of `events` (poll(2)) happened before the deadline.
bool ready(int fd, short events, Deadline deadline);

/// Connects `fd`, which does not block, to this address. Gives 0 or errno; ETIMEDOUT when the
/// deadline came first.
int connect_to(const addrinfo& address, Deadline deadline, Fd& fd);
/// The same to the first address that answers; each has its share of the time that is left.
/// Gives the last one's error.
int connect_any(const addrinfo* first, Deadline deadline, Fd& fd);

/// 0, or errno; ETIMEDOUT when the deadline came first.
int send_all(int fd, std::string_view text, Deadline deadline);

}  // namespace ha
