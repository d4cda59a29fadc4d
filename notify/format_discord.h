// Discord.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatDiscord;

}  // namespace ha
