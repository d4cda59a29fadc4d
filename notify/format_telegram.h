// Telegram's sendMessage; the URL holds the bot's token.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatTelegram;

}  // namespace ha
