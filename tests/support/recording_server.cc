#include "tests/support/recording_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <utility>

namespace ha::test {
namespace {

std::size_t content_length(const std::string& headers) {
  for (std::size_t at = 0; at < headers.size();) {
    const auto end = std::min(headers.find("\r\n", at), headers.size());
    if (::strncasecmp(headers.c_str() + at, "content-length:", 15) == 0) {
      return std::strtoul(headers.c_str() + at + 15, nullptr, 10);
    }
    at = end + 2;
  }
  return 0;
}

bool receive(int fd, std::string& into) {
  char buffer[4096];
  const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
  if (got <= 0) return false;
  into.append(buffer, static_cast<std::size_t>(got));
  return true;
}

std::optional<RecordedRequest> read_request(int fd) {
  std::string data;
  std::size_t end = std::string::npos;
  while ((end = data.find("\r\n\r\n")) == std::string::npos) {
    if (!receive(fd, data)) return std::nullopt;
  }
  RecordedRequest request;
  const auto line_end = data.find("\r\n");
  request.line = data.substr(0, line_end);
  request.headers = data.substr(line_end + 2, end + 2 - line_end - 2);
  const std::size_t length = content_length(request.headers);
  while (data.size() < end + 4 + length) {
    if (!receive(fd, data)) return std::nullopt;
  }
  request.body = data.substr(end + 4, length);
  return request;
}

void send_all(int fd, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t sent = ::send(fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return;
    at += static_cast<std::size_t>(sent);
  }
}

}  // namespace

RecordingServer::RecordingServer(std::vector<ScriptedReply> script, int port)
    : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int on = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 128) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0) {
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

RecordingServer::~RecordingServer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  changed_.notify_all();
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  for (std::thread& connection : connections_) connection.join();
}

std::string RecordingServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void RecordingServer::answer(std::vector<ScriptedReply> script) {
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
  next_ = 0;
}

void RecordingServer::release() {
  const std::lock_guard lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

std::vector<RecordedRequest> RecordingServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool RecordingServer::wait_for_requests(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds{30},
                           [&] { return requests_.size() >= count; });
}

void RecordingServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock(mutex_);
    if (ending_) {
      ::close(fd);
      return;
    }
    open_.push_back(fd);
    connections_.emplace_back([this, fd] {
      serve(fd);
      const std::lock_guard closing(mutex_);
      std::erase(open_, fd);
      ::close(fd);
    });
  }
}

ScriptedReply RecordingServer::record(RecordedRequest request) {
  std::unique_lock lock(mutex_);
  requests_.push_back(std::move(request));
  const ScriptedReply reply = script_[std::min(next_, script_.size() - 1)];
  ++next_;
  changed_.notify_all();
  if (reply.hang) changed_.wait(lock, [&] { return released_ || ending_; });
  return reply;
}

void RecordingServer::drip(int fd) {
  send_all(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  std::unique_lock lock(mutex_);
  while (!ending_ && ::send(fd, " ", 1, MSG_NOSIGNAL) == 1) {
    changed_.wait_for(lock, std::chrono::milliseconds{20}, [this] { return ending_; });
  }
}

void RecordingServer::serve(int fd) {
  auto request = read_request(fd);
  if (!request) return;
  const ScriptedReply reply = record(std::move(*request));
  if (reply.reset) {
    const linger at_once{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return;
  }
  if (reply.drip) return drip(fd);
  std::string text =
      "HTTP/1.1 " + std::to_string(reply.status) +
      " Scripted\r\nConnection: close\r\nContent-Length: " + std::to_string(reply.body.size()) +
      "\r\n";
  for (const std::string& header : reply.headers) text += header + "\r\n";
  send_all(fd, text + "\r\n" + reply.body);
}

}  // namespace ha::test
