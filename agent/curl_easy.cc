#include "agent/curl_easy.h"

#include <algorithm>
#include <mutex>

namespace ha {
namespace {

void allow(CURL* curl, Schemes schemes) {
#if LIBCURL_VERSION_NUM >= 0x075500
  const char* const names = schemes == Schemes::mail    ? "smtp,smtps"
                            : schemes == Schemes::https ? "https"
                                                        : "https,http";
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, names);
#else
  const long bits = schemes == Schemes::mail    ? CURLPROTO_SMTP | CURLPROTO_SMTPS
                    : schemes == Schemes::https ? CURLPROTO_HTTPS
                                                : CURLPROTO_HTTPS | CURLPROTO_HTTP;
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, bits);
#endif
}

}  // namespace

CurlEasy new_transfer(const std::string& url, const std::string& ca_file, Schemes schemes) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  CurlEasy easy(curl_easy_init());
  if (!easy) return easy;
  CURL* const curl = easy.get();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  allow(curl, schemes);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "ha-agent/" HA_VERSION);
  if (!ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  return easy;
}

void set_limit(CURL* curl, Deadline deadline) {
  const long limit = static_cast<long>(std::max(Millis{1}, deadline.remaining()).count());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, limit);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, limit);
}

bool append_header(CurlHeaders& headers, const std::string& header) {
  curl_slist* const longer = curl_slist_append(headers.get(), header.c_str());
  if (longer == nullptr) return false;
  static_cast<void>(headers.release());
  headers.reset(longer);
  return true;
}

}  // namespace ha
