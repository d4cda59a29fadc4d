#define CURL_STRICTER
#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "agent/handle.h"
#include "agent/witness_ask.h"

namespace ha {
namespace {

/// The status is all that is wanted: a body ends the transfer.
std::size_t no_body(char*, std::size_t, std::size_t, void*) {
  return 0;
}

void set_options(CURL* curl, const std::string& url, const std::string& ca_file,
                 Deadline deadline) {
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "ha-agent/" HA_VERSION);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, no_body);
  if (!ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  // Not CURLOPT_QUICK_EXIT: the clean-up shall wait for a resolver that hangs, so that witness.cc
  // sees that this question is not over and does not ask the next ones.
  const long limit = static_cast<long>(std::max(Millis{1}, deadline.remaining()).count());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, limit);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, limit);
}

}  // namespace

WitnessReply ask_http_curl(const std::string& url, const std::string& ca_file, Deadline deadline) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  char error[CURL_ERROR_SIZE] = "";
  const Handle<CURL, curl_easy_cleanup> curl(curl_easy_init());
  if (!curl) return {false, curl_easy_strerror(CURLE_FAILED_INIT)};
  set_options(curl.get(), url, ca_file, deadline);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error);
  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 0) return {true, fmt::format("status {}", status)};
  if (code == CURLE_OPERATION_TIMEDOUT) return {false, "no answer in time"};
  return {false, *error != '\0' ? error : curl_easy_strerror(code)};
}

}  // namespace ha
