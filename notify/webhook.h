// One POST to one webhook: at most 3 s to connect and 8 s in all, name resolution included, and
// never beyond the deadline. No redirect is followed; https only unless the channel allows http;
// the peer's certificate is verified against `ca_file` or the system's. No proxy is used, whatever
// the environment says: keepalived's hooks have none, and a test by hand must take the same way as
// they do. A reply is read to 64 KiB. What comes back here is masked: it may be logged, kept and
// printed. Thread-safe.
#pragma once
#include <optional>
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "notify/reply.h"

namespace ha {

struct Sent {
  Judged judged;     ///< the verdict, masked
  int status = 0;    ///< HTTP; 0: no answer
  std::string body;  ///< a piece of the reply, masked
  std::optional<Millis> retry_after;
  Millis took{};
};

Sent send_text(const WebhookConfig& channel, const std::string& text, Deadline deadline);

}  // namespace ha
