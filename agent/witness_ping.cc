#include <fmt/format.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>

#include "agent/ping_socket.h"
#include "agent/tcp.h"
#include "agent/witness_ask.h"

namespace ha {
namespace {

constexpr Millis kAgain{200};

// ICMP (RFC 792) and ICMPv6 (RFC 4443) have the same layout: type, code, checksum, identifier,
// sequence number, data. The data is random: only who has got our request can send it back.
constexpr std::size_t kHeader = 8;
constexpr std::size_t kNonce = 16;
using Packet = std::array<unsigned char, kHeader + kNonce>;

void put16(unsigned char* at, unsigned value) {
  at[0] = static_cast<unsigned char>(value >> 8U);
  at[1] = static_cast<unsigned char>(value & 0xFFU);
}

unsigned get16(const unsigned char* at) {
  return (unsigned{at[0]} << 8U) | at[1];
}

/// RFC 1071.
unsigned checksum(const Packet& packet) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < packet.size(); i += 2) sum += get16(&packet[i]);
  while (sum > 0xFFFFU) sum = (sum & 0xFFFFU) + (sum >> 16U);
  return ~sum & 0xFFFFU;
}

/// The echo of one destination, and which replies belong to it.
class Echo {
 public:
  explicit Echo(bool v6) : v6_(v6) {
    if (::getrandom(&packet_[kHeader], kNonce, 0) != static_cast<ssize_t>(kNonce)) {
      const auto now = SteadyClock::now().time_since_epoch().count();
      std::memcpy(&packet_[kHeader], &now, sizeof now);
    }
    packet_[0] = v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
    std::memcpy(&packet_[4], &packet_[kHeader], 2);
  }

  const Packet& next() {
    put16(&packet_[6], ++sequence_);
    put16(&packet_[2], 0);
    // Of ICMPv6 the kernel computes it, for it covers the addresses.
    if (!v6_) put16(&packet_[2], checksum(packet_));
    return packet_;
  }

  bool is_reply(const unsigned char* data, std::size_t size, bool raw) const {
    if (raw && !v6_) {
      const std::size_t ip = size == 0 ? 0 : std::size_t{data[0] & 0x0FU} * 4;
      if (size < ip) return false;
      data += ip;
      size -= ip;
    }
    if (size != packet_.size() || data[0] != (v6_ ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY))
      return false;
    // The kernel has put its own identifier into a datagram's, and matched it.
    if (raw && std::memcmp(data + 4, &packet_[4], 2) != 0) return false;
    const unsigned sequence = get16(data + 6);
    return sequence >= 1 && sequence <= sequence_ &&
           std::memcmp(data + kHeader, &packet_[kHeader], kNonce) == 0;
  }

 private:
  bool v6_;
  unsigned sequence_ = 0;
  Packet packet_{};
};

/// Reads one message. 1: our reply; 0: not ours, or none; else -errno.
int take_reply(const PingSocket& socket, const Echo& echo) {
  unsigned char data[512];
  const ssize_t got = ::recv(socket.fd.get(), data, sizeof data, 0);
  if (got >= 0) return echo.is_reply(data, static_cast<std::size_t>(got), socket.raw) ? 1 : 0;
  return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

WitnessReply ask_address(const addrinfo& address, Deadline deadline) {
  auto socket = open_ping_socket(address.ai_family);
  if (!socket) return {false, socket.error().message};
  Echo echo(address.ai_family == AF_INET6);
  bool connected = false;
  int error = 0;
  do {
    // Connected, the socket gets nothing from others, and errors of the way. A route that is
    // missing may come back, so what goes wrong now is only what to say at the end.
    connected = connected || ::connect(socket->fd.get(), address.ai_addr, address.ai_addrlen) == 0;
    const Packet& packet = echo.next();
    if (!connected || ::send(socket->fd.get(), packet.data(), packet.size(), MSG_NOSIGNAL) < 0) {
      error = errno;
    }
    const Deadline again = Deadline::in(kAgain).earlier(deadline);
    while (!again.expired() && ready(socket->fd.get(), POLLIN, again)) {
      const int taken = take_reply(*socket, echo);
      if (taken == 1) return {true, "answers the ping"};
      if (taken < 0) error = -taken;
    }
  } while (deadline.remaining() > Millis{0});
  if (error == 0) return {false, "no answer to the ping in time"};
  return {false, "cannot ping: " + std::generic_category().message(error)};
}

}  // namespace

WitnessReply ask_ping(const std::string& host, Deadline deadline) {
  const auto addresses = resolve(host, "0", SOCK_DGRAM);
  if (!addresses) return {false, addresses.error().message};
  int left = 0;
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next) ++left;
  WitnessReply reply;
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next, --left) {
    const Deadline share = Deadline::in(deadline.remaining() / left);
    reply = ask_address(*each, left == 1 ? deadline : share);
    if (reply.answered) break;
  }
  return reply;
}

}  // namespace ha
