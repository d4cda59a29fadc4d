#include <fmt/format.h>

#include "agent/curl_easy.h"
#include "agent/witness_ask.h"

namespace ha {
namespace {

/// The status is all that is wanted: a body ends the transfer.
std::size_t no_body(char*, std::size_t, std::size_t, void*) {
  return 0;
}

}  // namespace

WitnessReply ask_http_curl(const std::string& url, const std::string& ca_file, Deadline deadline) {
  char error[CURL_ERROR_SIZE] = "";
  const CurlEasy curl = new_transfer(url, ca_file);
  if (!curl) return {false, curl_easy_strerror(CURLE_FAILED_INIT)};
  // Not CURLOPT_QUICK_EXIT: the clean-up shall wait for a resolver that hangs, so that witness.cc
  // sees that this question is not over and does not ask the next ones.
  set_limit(curl.get(), deadline);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, no_body);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error);
  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 0) return {true, fmt::format("status {}", status)};
  if (code == CURLE_OPERATION_TIMEDOUT) return {false, "no answer in time"};
  return {false, *error != '\0' ? error : curl_easy_strerror(code)};
}

}  // namespace ha
