// A cable that a test can hold: a TCP relay on 127.0.0.1. While it is held, what the target has
// sent on the connections of that moment stays here, and they stay open for either end even when
// the other one is gone; release() delivers it. New connections are relayed as always.
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/fd.h"

namespace ha::test {

class TcpRelay {
 public:
  explicit TcpRelay(int target_port);
  TcpRelay(const TcpRelay&) = delete;
  TcpRelay& operator=(const TcpRelay&) = delete;
  ~TcpRelay();

  int port() const { return port_; }
  void hold();
  /// hold(), and whoever connects is not answered.
  void cut();
  /// From now on each connection is held as soon as its client has sent this.
  void hold_at(std::string words);
  void release();
  /// Bytes that are being held.
  std::size_t held() const;

 private:
  struct Link {
    Fd client;
    Fd target;
    std::string kept;
    bool is_held = false;
    bool target_gone = false;
    bool client_gone = false;
  };
  void run();
  bool pump(Link& link, bool from_client) const;
  static bool settle(Link& link);

  int target_port_;
  int port_ = 0;
  Fd listener_;
  mutable std::mutex mutex_;
  std::vector<Link> links_;
  bool is_cut_ = false;
  std::string held_at_;  ///< empty: nothing
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace ha::test
