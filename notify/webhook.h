// One message to one webhook, by one POST, or a second, lesser one where the vendor finds the first
// too long or cannot read its markup: at most 3 s to connect and 8 s in all, name resolution
// included, and never beyond the deadline. No redirect is followed; https only unless the channel
// allows http; the peer's certificate is verified against `ca_file` or the system's. No proxy is
// used, whatever the environment says: keepalived's hooks have none, and a test by hand must take
// the same way as they do. A reply is read to 64 KiB. What comes back here is masked: it may be
// logged, kept and printed. Thread-safe.
#pragma once
#include "agent/config.h"
#include "agent/deadline.h"
#include "notify/channel.h"

namespace ha {

Sent send_webhook(const WebhookConfig& channel, const Message& message, Deadline deadline);

}  // namespace ha
