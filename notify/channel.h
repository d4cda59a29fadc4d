// Every channel for alerts, whichever way it sends: what delivery and `alerts test` see of one.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "notify/message.h"
#include "notify/reply.h"

namespace ha {

/// The end of one try. Nothing in it needs masking any more.
struct Sent {
  Judged judged;
  int status = 0;    ///< HTTP's or SMTP's; 0: no answer
  std::string body;  ///< a piece of the reply
  std::optional<Millis> retry_after;
  bool cut = false;  ///< delivered in a lesser form: not all of it may have come through
  Millis took{};
};

/// Points into the configuration that it was made from.
struct Channel {
  const ChannelConfig* config = nullptr;
  std::string place;        ///< for people: where it sends to, masked
  std::string_view speaks;  ///< "HTTP" or "SMTP": what the status is of
  int per_minute = 0;
  std::size_t digest_bytes = 0;  ///< how much of a digest fits into a message; 0: it takes none
  /// Thread-safe; within 8 s and the deadline.
  std::function<Sent(const Message&, Deadline)> send;

  const std::string& name() const { return config->name; }
};

/// In the configuration's order, webhooks first.
std::vector<Channel> channels_of(const Config& config);
std::optional<Channel> find_channel(const Config& config, const std::string& name);

}  // namespace ha
