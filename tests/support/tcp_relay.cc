#include "tests/support/tcp_relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace ha::test {
namespace {

constexpr int kTickMs = 5;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool send_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(fd, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

TcpRelay::TcpRelay(int target_port)
    : target_port_(target_port), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::listen(listener_.get(), 8) != 0) {
    throw std::runtime_error("the relay cannot listen");
  }
  ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

TcpRelay::~TcpRelay() {
  ending_ = true;
  thread_.join();
}

void TcpRelay::hold() {
  const std::lock_guard lock(mutex_);
  for (Link& link : links_) link.is_held = true;
}

void TcpRelay::cut() {
  hold();
  const std::lock_guard lock(mutex_);
  is_cut_ = true;
}

void TcpRelay::hold_at(std::string words) {
  const std::lock_guard lock(mutex_);
  held_at_ = std::move(words);
}

void TcpRelay::release() {
  const std::lock_guard lock(mutex_);
  is_cut_ = false;
  held_at_.clear();
  for (Link& link : links_) link.is_held = false;
}

std::size_t TcpRelay::held() const {
  const std::lock_guard lock(mutex_);
  std::size_t bytes = 0;
  for (const Link& link : links_) bytes += link.kept.size();
  return bytes;
}

// False: the link is over.
bool TcpRelay::pump(Link& link, bool from_client) const {
  std::array<char, 16384> buffer{};
  const int from = from_client ? link.client.get() : link.target.get();
  const ssize_t got = ::recv(from, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  if (got == 0) {
    (from_client ? link.client_gone : link.target_gone) = true;
    return true;
  }
  const auto size = static_cast<std::size_t>(got);
  if (!from_client) {
    link.kept.append(buffer.data(), size);
    return true;
  }
  const std::string_view sent(buffer.data(), size);
  if (!held_at_.empty() && sent.find(held_at_) != std::string_view::npos) link.is_held = true;
  return link.target_gone || send_all(link.target.get(), buffer.data(), size);
}

bool TcpRelay::settle(Link& link) {
  if (link.is_held) return true;
  if (link.client_gone) return false;
  if (!send_all(link.client.get(), link.kept.data(), link.kept.size())) return false;
  link.kept.clear();
  return !link.target_gone;
}

void TcpRelay::run() {
  while (!ending_) {
    std::vector<pollfd> fds{{listener_.get(), POLLIN, 0}};
    {
      const std::lock_guard lock(mutex_);
      for (const Link& link : links_) {
        fds.push_back({link.client_gone ? -1 : link.client.get(), POLLIN, 0});
        fds.push_back({link.target_gone ? -1 : link.target.get(), POLLIN, 0});
      }
    }
    ::poll(fds.data(), fds.size(), kTickMs);
    const std::lock_guard lock(mutex_);
    std::erase_if(links_, [this](Link& link) {
      const bool lives =
          (link.client_gone || pump(link, true)) && (link.target_gone || pump(link, false));
      return !lives || !settle(link);
    });
    if (is_cut_ || (fds.front().revents & POLLIN) == 0) continue;
    Link link;
    link.client = Fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    link.target = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in to = loopback(target_port_);
    if (::connect(link.target.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) {
      links_.push_back(std::move(link));
    }
  }
}

}  // namespace ha::test
