// Alibaba Cloud's SMS (阿里云短信): SendSms of 2017-05-25, signed by ACS3-HMAC-SHA256.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatAliyun;

/// The Authorization header's signature. `headers` sorted, lower case, "name:value\n" each.
std::string aliyun_signature(const std::string& secret, const std::string& query,
                             const std::string& headers, const std::string& names,
                             const std::string& hashed_body);

}  // namespace ha
