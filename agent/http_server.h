// A small HTTP server for what may only be read: GET and HEAD, a reply that is computed for each
// request, no request body, no TLS. libmicrohttpd does the protocol; it is loaded when the server
// is started, so that no check pays for it.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"

namespace ha {

struct HttpReply {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

class HttpServer {
 public:
  /// Called in a thread of the connection, several at once; must not throw. `path` is what stands
  /// in the request's first line, without a query.
  using Handler = std::function<HttpReply(const std::string& path)>;

  /// `longest`: what `handler` takes at most. A connection on which nothing moves for that long and
  /// some seconds is closed. The error says why nobody can be answered there: the address, the
  /// port, the library.
  static Result<HttpServer> start(const ListenAddress& where, Millis longest, Handler handler);

  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) = delete;
  /// Answers what it has begun to, and takes nothing new.
  ~HttpServer();

 private:
  class Daemon;
  explicit HttpServer(std::unique_ptr<Daemon> daemon);
  std::unique_ptr<Daemon> daemon_;
};

}  // namespace ha
