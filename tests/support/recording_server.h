// An HTTP server on 127.0.0.1 that stands in for a vendor: answers what the test scripted and keeps
// every request. Each connection has a thread; all end with the object.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/fd.h"

namespace ha::test {

struct ScriptedReply {
  int status = 200;
  std::string body = "ok";
  std::vector<std::string> headers{};  ///< "Name: value"
  bool hang = false;                   ///< takes the request and answers when release() is called
  bool reset = false;                  ///< takes the request and breaks the connection
  bool drip = false;  ///< a byte of the body now and then, for as long as the client stays
};

struct RecordedRequest {
  std::string line;  ///< "POST /hook HTTP/1.1"
  std::string headers;
  std::string body;
};

class RecordingServer {
 public:
  /// Replies in turn; the last one again and again. `port` 0: a free one.
  explicit RecordingServer(std::vector<ScriptedReply> script = {{}}, int port = 0);
  RecordingServer(const RecordingServer&) = delete;
  RecordingServer& operator=(const RecordingServer&) = delete;
  ~RecordingServer();

  int port() const { return port_; }
  std::string url(const std::string& path = "/hook") const;
  /// From now on.
  void answer(std::vector<ScriptedReply> script);
  /// Lets the connections that hang go on.
  void release();
  std::vector<RecordedRequest> requests() const;
  bool wait_for_requests(std::size_t count);

 private:
  void accept_all();
  void serve(int fd);
  void drip(int fd);
  ScriptedReply record(RecordedRequest request);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ScriptedReply> script_;
  std::size_t next_ = 0;
  bool released_ = false;
  bool ending_ = false;
  std::vector<RecordedRequest> requests_;
  std::vector<int> open_;
  std::vector<std::thread> connections_;
  Fd listener_;
  int port_ = 0;
  std::thread acceptor_;
};

}  // namespace ha::test
