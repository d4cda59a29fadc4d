#include "agent/ping_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <sstream>

#include "agent/system_error.h"

namespace ha {
namespace {

Fd open_socket(int family, int type) {
  const int protocol = family == AF_INET6 ? int{IPPROTO_ICMPV6} : int{IPPROTO_ICMP};
  return Fd(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
}

}  // namespace

Result<PingSocket> open_ping_socket(int family) {
  PingSocket socket;
  socket.fd = open_socket(family, SOCK_DGRAM);
  if (socket.fd) return socket;
  socket.fd = open_socket(family, SOCK_RAW);
  socket.raw = true;
  if (socket.fd) return socket;
  if (errno != EPERM && errno != EACCES) return fail_errno("cannot open", "a socket for ICMP");
  return fail(
      fmt::format("this user may not send ICMP echoes (neither net.ipv4.ping_group_range nor "
                  "CAP_NET_RAW permits it): {}",
                  kPingAdvice),
      ErrorKind::config, EPERM);
}

bool ping_group_permitted(const std::string& range, unsigned group) {
  std::istringstream words(range);
  unsigned first = 1;
  unsigned last = 0;
  return words >> first >> last && first <= group && group <= last;
}

}  // namespace ha
