// DingTalk (钉钉): markdown, signed by HMAC-SHA256 of the time where the robot has a secret.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatDingtalk;

/// base64(HMAC-SHA256(secret, "MS\nSECRET")), not yet encoded for a URL.
std::string dingtalk_sign(const std::string& secret, std::int64_t now_ms);

}  // namespace ha
