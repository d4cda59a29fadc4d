// A socket for ICMP echoes. Linux has two: a datagram socket, which needs no privilege but a group
// within the sysctl net.ipv4.ping_group_range (icmp(7); it rules IPv6 as well), and a raw one,
// which needs CAP_NET_RAW. The first that is permitted is taken.
#pragma once
#include <string>

#include "agent/error.h"
#include "agent/fd.h"

namespace ha {

/// What an administrator can do when it is not permitted.
constexpr const char* kPingAdvice =
    "write `net.ipv4.ping_group_range = 0 2147483647` to /etc/sysctl.d/ha-agent.conf and run "
    "`sysctl --system`, or use type = tcp";

struct PingSocket {
  Fd fd;             ///< does not block
  bool raw = false;  ///< gets every ICMP message of this host; over IPv4 with the IP header
};

/// `family` is AF_INET or AF_INET6. ErrorKind::config when neither is permitted; the message says
/// what to do about it.
Result<PingSocket> open_ping_socket(int family);

/// Whether `range`, the text of net.ipv4.ping_group_range, permits this group. Pure.
bool ping_group_permitted(const std::string& range, unsigned group);

}  // namespace ha
