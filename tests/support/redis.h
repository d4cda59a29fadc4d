// A real Redis server of the test's own, with a configuration file (so that CONFIG REWRITE works),
// by TCP on 127.0.0.1 and by a socket.
#pragma once
#include <string>
#include <vector>

#include "agent/redis_client.h"
#include "tests/support/child.h"
#include "tests/support/temp_dir.h"

namespace ha::test {

class Redis {
 public:
  /// `lines` are added to redis.conf ("requirepass secret").
  explicit Redis(const std::vector<std::string>& lines = {});

  void start(bool wait_until_up = true);
  void stop();
  void kill9();
  void freeze();
  void thaw();

  /// On a connection of its own; throws with the server's words.
  RedisReply command(const std::vector<std::string>& words) const;
  /// One field of INFO; "" when it is not there.
  std::string info(const std::string& field) const;
  /// Whether it answers, be it with LOADING or NOAUTH.
  bool up() const;

  RedisEndpoint by_tcp() const;
  RedisEndpoint by_socket() const;
  int port() const { return port_; }
  pid_t pid() const { return process_.pid(); }
  const std::string& dir() const { return dir_.path(); }
  std::string log() const { return read_text(dir_.path() + "/log"); }

  /// REPLICAOF, and waits until the link is up.
  void replicate_from(const Redis& source);

  std::string password;  ///< what command() logs in with

 private:
  TempDir dir_;
  int port_;
  Child process_;
};

}  // namespace ha::test
