#include "checks/http_plain.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "agent/fd.h"
#include "agent/handle.h"
#include "checks/http_reply.h"

namespace ha {
namespace {

using Addresses = Handle<addrinfo, freeaddrinfo>;

std::string message_of(int error) {
  return std::generic_category().message(error);
}

/// False when nothing happened before the deadline.
bool ready(int fd, short events, Deadline deadline) {
  for (;;) {
    pollfd entry{fd, events, 0};
    const int count = ::poll(&entry, 1, static_cast<int>(deadline.remaining().count()));
    if (count > 0) return true;
    if (count == 0 || errno != EINTR) return false;
  }
}

Addresses resolve(const PlainUrl& url, std::string& trouble) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | AI_NUMERICHOST;
  addrinfo* found = nullptr;
  int code = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found);
  if (code == EAI_NONAME) {
    hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
    code = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found);
  }
  if (code != 0) trouble = fmt::format("cannot resolve {}: {}", url.host, ::gai_strerror(code));
  return Addresses(code == 0 ? found : nullptr);
}

/// 0, or errno; ETIMEDOUT when the deadline came first.
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

/// The first address that answers; each has its share of the time that is left. Gives 0 or errno.
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

/// 0 or errno.
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

void late(HttpFacts& facts, const Stage& stage) {
  facts.end = HttpFacts::End::late;
  facts.trouble = http_late(stage);
}

void receive(const HttpConfig& config, int fd, Deadline deadline, Stage& stage, HttpFacts& facts) {
  HttpReplyReader reader(config.method == "HEAD", kHttpBodyLimit);
  auto state = HttpReplyReader::State::more;
  const std::string& wanted = config.expect_body;
  char buffer[16384];
  while (state == HttpReplyReader::State::more && !facts.body_found) {
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) {
      if (ready(fd, POLLIN, deadline)) continue;
      return late(facts, stage);
    }
    if (got < 0) {
      facts.trouble = "the connection broke: " + message_of(errno);
      return;
    }
    if (got > 0) stage.at("reading");
    state = got == 0 ? reader.close()
                     : reader.feed(std::string_view(buffer, static_cast<std::size_t>(got)));
    facts.status = reader.status();
    facts.body_cut = reader.cut();
    facts.body_found = !wanted.empty() && reader.body().find(wanted) != std::string::npos;
    if (deadline.expired() && state == HttpReplyReader::State::more) return late(facts, stage);
  }
  if (state == HttpReplyReader::State::broken) {
    facts.trouble = reader.trouble();
  } else {
    facts.end = HttpFacts::End::answered;
  }
}

}  // namespace

HttpFacts gather_http_plain(const HttpConfig& config, const PlainUrl& url, Deadline deadline,
                            Stage& stage) {
  HttpFacts facts;
  stage.at("resolving");
  const Addresses addresses = resolve(url, facts.trouble);
  if (!addresses) return facts;
  stage.at("connecting");
  Fd fd;
  if (const int error = connect_any(addresses.get(), deadline, fd); error != 0) {
    if (deadline.expired() || deadline.remaining() == Millis{0}) {
      late(facts, stage);
    } else {
      facts.trouble = "cannot connect: " + message_of(error);
    }
    return facts;
  }
  stage.at("connected");
  if (const int error = send_all(fd.get(), plain_request(config, url), deadline); error != 0) {
    if (error == ETIMEDOUT) {
      late(facts, stage);
    } else {
      facts.trouble = "the connection broke: " + message_of(error);
    }
    return facts;
  }
  receive(config, fd.get(), deadline, stage, facts);
  return facts;
}

}  // namespace ha
