// Feishu (飞书) and Lark: an interactive card with a coloured head, signed where the robot has a
// secret.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatFeishu;
extern const WebhookFormat kFormatLark;

/// base64(HMAC-SHA256("S\nSECRET", "")).
std::string feishu_sign(const std::string& secret, std::int64_t seconds);

}  // namespace ha
