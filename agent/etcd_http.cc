#include "agent/etcd_http.h"

#include "agent/curl_easy.h"

namespace ha {
namespace {

struct Body {
  std::string text;
  bool too_long = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& body = *static_cast<Body*>(user);
  const std::size_t length = size * count;
  body.too_long = body.text.size() + length > kEtcdReplyLimit;
  if (body.too_long) return 0;  // ends the transfer
  body.text.append(data, length);
  return length;
}

}  // namespace

Result<EtcdReply> post_etcd(const LockConfig& lock, const std::string& endpoint,
                            const std::string& path, const std::string& body,
                            const std::string& token, Deadline deadline) {
  const CurlEasy curl = new_transfer(endpoint + path, lock.ca_file);
  if (!curl) return fail(curl_easy_strerror(CURLE_FAILED_INIT));
  set_limit(curl.get(), deadline);
  if (!lock.cert_file.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_SSLCERT, lock.cert_file.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_SSLKEY, lock.key_file.c_str());
  }
  char error[CURL_ERROR_SIZE] = "";
  Body reply;
  CurlHeaders headers;
  // A member without a leader then says so at once, instead of waiting for one.
  bool whole = append_header(headers, "Content-Type: application/json") &&
               append_header(headers, "Grpc-Metadata-hasleader: true") &&
               append_header(headers, "Expect:");
  if (!token.empty()) whole = whole && append_header(headers, "Authorization: " + token);
  if (!whole) return fail("no memory for the request");
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &reply);

  const CURLcode code = curl_easy_perform(curl.get());
  if (reply.too_long) return fail("its answer is longer than 64 KiB", ErrorKind::answered);
  if (code == CURLE_OPERATION_TIMEDOUT) return fail("no answer in time", ErrorKind::timeout);
  if (code != CURLE_OK) {
    return fail(*error != '\0' ? error : curl_easy_strerror(code), ErrorKind::unreachable);
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return EtcdReply{static_cast<int>(status), std::move(reply.text)};
}

}  // namespace ha
