#include "notify/channel.h"

#include <algorithm>

#include "notify/format.h"
#include "notify/mail.h"
#include "notify/mask.h"
#include "notify/webhook.h"

namespace ha {
namespace {

constexpr int kMailPerMinute = 60;
constexpr std::size_t kMailDigest = 100'000;

int limit_of(const ChannelConfig& channel, int usual) {
  return channel.rate_limit == 0 ? usual : channel.rate_limit;
}

}  // namespace

std::vector<Channel> channels_of(const Config& config) {
  std::vector<Channel> all;
  for (const WebhookConfig& webhook : config.webhook) {
    const WebhookFormat* const format = find_format(webhook.format);
    all.push_back({&webhook, mask_url(webhook.url), "HTTP",
                   limit_of(webhook, format == nullptr ? kMailPerMinute : format->per_minute),
                   format == nullptr ? 0 : format->digest_bytes,
                   [&webhook](const Message& message, Deadline deadline) {
                     return send_webhook(webhook, message, deadline);
                   }});
  }
  for (const MailConfig& mail : config.mail) {
    all.push_back({&mail, mail.server, "SMTP", limit_of(mail, kMailPerMinute), kMailDigest,
                   [&mail](const Message& message, Deadline deadline) {
                     return send_mail(mail, message, deadline);
                   }});
  }
  return all;
}

std::optional<Channel> find_channel(const Config& config, const std::string& name) {
  std::vector<Channel> all = channels_of(config);
  const auto it = std::find_if(all.begin(), all.end(),
                               [&](const Channel& channel) { return channel.name() == name; });
  if (it == all.end()) return std::nullopt;
  return std::move(*it);
}

}  // namespace ha
