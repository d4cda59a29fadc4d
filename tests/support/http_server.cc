#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>
#include <utility>

namespace ha::test {
namespace {

/// True when there is something to read, false after `milliseconds`.
bool readable(int fd, int milliseconds) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, milliseconds) > 0;
}

}  // namespace

HttpServer::HttpServer(HttpReply reply) : reply_(std::move(reply)) {
  listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::listen(listener_.get(), 64) != 0 ||
      ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
  stopping_ = true;
  thread_.join();
  for (std::thread& connection : connections_) connection.join();
}

std::string HttpServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void HttpServer::answer_with(HttpReply reply) {
  const std::lock_guard lock(mutex_);
  reply_ = std::move(reply);
}

std::vector<std::string> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void HttpServer::serve() {
  while (!stopping_) {
    if (!readable(listener_.get(), 20)) continue;
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) connections_.emplace_back([this, fd] { serve_one(fd); });
  }
}

void HttpServer::serve_one(int raw) {
  const Fd fd(raw);
  std::string request;
  while (!stopping_ && request.find("\r\n\r\n") == std::string::npos) {
    if (!readable(fd.get(), 20)) continue;
    char buffer[4096];
    const ssize_t n = ::recv(fd.get(), buffer, sizeof buffer, 0);
    if (n <= 0) return;
    request.append(buffer, static_cast<std::size_t>(n));
  }
  HttpReply reply;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    reply = reply_;
  }
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) +
                     " Said\r\nContent-Length: " + std::to_string(reply.body.size()) +
                     "\r\nConnection: close\r\n";
  for (const std::string& header : reply.headers) text += header + "\r\n";
  text += "\r\n";
  if (!request.starts_with("HEAD ")) text += reply.body;
  if (reply.silent) text.clear();
  if (!reply.drip && ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) return;
  std::size_t sent = reply.drip ? 0 : text.size();
  // Until the client goes; meanwhile a byte a second where that is asked for.
  for (int ticks = 0; !stopping_; ++ticks) {
    if (!reply.silent && sent == text.size()) return;
    if (readable(fd.get(), 20)) return;
    if (reply.drip && ticks % 50 == 0) sent += ::send(fd.get(), &text[sent], 1, MSG_NOSIGNAL) == 1;
  }
}

}  // namespace ha::test
