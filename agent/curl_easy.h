// A libcurl transfer with what all of ours have in common: no proxy, no redirect (a 301 turns a
// POST into a GET), no protocol but those asked for, the pinned CA file instead of the system's,
// our own name. Who asks adds method, body and callbacks. Threads: one per handle.
#pragma once
#define CURL_STRICTER
#include <curl/curl.h>

#include <string>

#include "agent/deadline.h"
#include "agent/handle.h"

namespace ha {

using CurlEasy = Handle<CURL, curl_easy_cleanup>;
using CurlHeaders = Handle<curl_slist, curl_slist_free_all>;

enum class Schemes { https, http_and_https, mail };

/// `ca_file` may be empty: the system's authorities. A null handle: libcurl cannot be used.
CurlEasy new_transfer(const std::string& url, const std::string& ca_file,
                      Schemes schemes = Schemes::http_and_https);
/// Of the whole transfer, the connection included.
void set_limit(CURL* curl, Deadline deadline);
/// False when there is no memory; the list is then as it was.
bool append_header(CurlHeaders& headers, const std::string& header);

}  // namespace ha
