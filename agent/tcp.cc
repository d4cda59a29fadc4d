#include "agent/tcp.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace ha {

int connect_to(const addrinfo& address, Deadline deadline, Fd& out) {
  Fd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return errno;
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return errno;
    if (!ready(fd.get(), POLLOUT, deadline)) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    if (error != 0) return error;
  }
  out = std::move(fd);
  return 0;
}

Result<Addresses> resolve(const std::string& host, const std::string& port, int type) {
  addrinfo hints{};
  hints.ai_socktype = type;
  hints.ai_flags = AI_NUMERICSERV | AI_NUMERICHOST;
  addrinfo* found = nullptr;
  int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (code == EAI_NONAME) {
    hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
    code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  }
  if (code != 0) {
    return fail(fmt::format("cannot resolve {}: {}", host, ::gai_strerror(code)),
                ErrorKind::unreachable, code);
  }
  return Addresses(found);
}

bool ready(int fd, short events, Deadline deadline) {
  for (;;) {
    pollfd entry{fd, events, 0};
    const int count = ::poll(&entry, 1, static_cast<int>(deadline.remaining().count()));
    if (count > 0) return true;
    if (count == 0 || errno != EINTR) return false;
  }
}

int connect_any(const addrinfo* first, Deadline deadline, Fd& out) {
  int count = 0;
  for (const addrinfo* each = first; each != nullptr; each = each->ai_next) ++count;
  int error = EADDRNOTAVAIL;
  for (const addrinfo* each = first; each != nullptr; each = each->ai_next, --count) {
    const Deadline share = Deadline::in(deadline.remaining() / count);
    error = connect_to(*each, count == 1 ? deadline : share, out);
    if (error == 0) break;
  }
  return error;
}

int send_all(int fd, std::string_view text, Deadline deadline) {
  while (!text.empty()) {
    const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!ready(fd, POLLOUT, deadline)) return ETIMEDOUT;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace ha
