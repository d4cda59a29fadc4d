// A small HTTP server on 127.0.0.1 that behaves as it is told, for what real servers do only when
// they are broken.
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/fd.h"

namespace ha::test {

struct HttpReply {
  int status = 200;
  std::string body = "{\"status\":\"ok\"}";
  std::vector<std::string> headers;  ///< "Location: http://…"
  bool silent = false;               ///< accepts, reads and never answers
  bool drip = false;                 ///< a byte a second
};

class HttpServer {
 public:
  explicit HttpServer(HttpReply reply = {});
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  int port() const { return port_; }
  std::string url(const std::string& path = "/health") const;
  void answer_with(HttpReply reply);
  /// Request lines and headers as they came, one request an element.
  std::vector<std::string> requests() const;

 private:
  void serve();
  void serve_one(int fd);

  mutable std::mutex mutex_;
  HttpReply reply_;
  std::vector<std::string> requests_;
  std::vector<std::thread> connections_;
  std::atomic<bool> stopping_{false};
  Fd listener_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace ha::test
