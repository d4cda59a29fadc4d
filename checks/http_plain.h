// http:// without libcurl: what a health page needs and no more. A check is started every second,
// and loading libcurl is more than half of it. What this does not know (https, user names, odd
// URLs) is left to libcurl; what both do, they do alike.
#pragma once
#include <string>

#include "agent/plain_url.h"
#include "checks/http.h"

namespace ha {

/// The request as it is sent: configured headers take the place of ours.
std::string plain_request(const HttpConfig& config, const PlainUrl& url);
/// As gather_http().
HttpFacts gather_http_plain(const HttpConfig& config, const PlainUrl& url, Deadline deadline,
                            Stage& stage);

}  // namespace ha
