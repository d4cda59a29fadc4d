// One connection to a Redis or Valkey server (hiredis 0.14 and 1.x; TLS where hiredis has it),
// shared by the probe and the role actions. Calls block, each at most until the deadline it was
// made with. One thread at a time per object.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"

namespace ha {

/// A reply without hiredis' types. Exactly one of the fields is meant, by `type`.
struct RedisReply {
  enum class Type { text, integer, nil, array, error };
  Type type = Type::nil;
  std::string text;  ///< text and error
  std::int64_t integer = 0;
  std::vector<RedisReply> elements;
};

class RedisClient {
 public:
  /// Connects, does TLS and AUTH. ErrorKind::answered when the server refused the login,
  /// config when it is there and TLS fails.
  static Result<RedisClient> connect(const RedisEndpoint& endpoint, Deadline deadline);

  RedisClient(RedisClient&&) noexcept;
  RedisClient& operator=(RedisClient&&) noexcept;
  ~RedisClient();

  /// One command, by words (binary safe). A reply of type error is an Error of kind answered.
  Result<RedisReply> command(const std::vector<std::string>& words);
  /// INFO [section] as a map of field to value.
  Result<std::map<std::string, std::string, std::less<>>> info(std::string_view section = {});

 private:
  struct Impl;
  explicit RedisClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ha
