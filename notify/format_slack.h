// Slack and what speaks like it: Mattermost, Rocket.Chat.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatSlack;

}  // namespace ha
