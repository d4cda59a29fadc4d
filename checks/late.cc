#include "checks/late.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

namespace ha {
namespace {

// A check has a few descriptors more than it has resources.
constexpr int kMaxFd = 256;

bool peer_is(int fd, const std::string& socket, int port) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return false;
  if (address.ss_family == AF_UNIX) {
    sockaddr_un path{};
    std::memcpy(&path, &address, sizeof path);
    return !socket.empty() && socket == path.sun_path;
  }
  if (!socket.empty()) return false;
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return ntohs(v4.sin_port) == port;
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    return ntohs(v6.sin6_port) == port;
  }
  return false;
}

/// Such a socket does not tell where it is going, so another resource's may be meant.
bool is_connecting(int fd) {
  tcp_info info{};
  socklen_t length = sizeof info;
  return ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
         info.tcpi_state == TCP_SYN_SENT;
}

bool is_address(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

Link link_to(const std::string& socket, int port) {
  Link best = Link::none;
  for (int fd = 3; fd < kMaxFd; ++fd) {
    if (peer_is(fd, socket, port)) return Link::connected;
    if (socket.empty() && is_connecting(fd)) best = Link::connecting;
  }
  return best;
}

std::string describe_link(const std::string& socket, const std::string& host, int port,
                          const std::string& connected_text) {
  const Link link = link_to(socket, port);
  if (link == Link::connected) return connected_text;
  if (!socket.empty()) return fmt::format("no connection to {}", socket);
  if (link == Link::none && !is_address(host)) {
    return fmt::format("the name {} is not resolved", host);
  }
  return fmt::format("no connection to {}:{}", host, port);
}

}  // namespace ha
