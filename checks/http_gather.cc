#include <fmt/format.h>

#include <system_error>

#include "agent/curl_easy.h"
#include "checks/http.h"
#include "checks/http_plain.h"

namespace ha {
namespace {

struct Transfer {
  const HttpConfig& config;
  Stage& stage;
  std::string body;
  bool found = false;
  bool cut = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t length = size * count;
  const std::size_t room = kHttpBodyLimit - transfer.body.size();
  transfer.body.append(data, std::min(length, room));
  const std::string& wanted = transfer.config.expect_body;
  transfer.found = !wanted.empty() && transfer.body.find(wanted) != std::string::npos;
  transfer.cut = length > room;
  // Giving back another number ends the transfer: nothing further is needed.
  return transfer.found || transfer.cut ? 0 : length;
}

std::size_t take_header(char*, std::size_t size, std::size_t count, void* user) {
  static_cast<Transfer*>(user)->stage.at("reading");
  return size * count;
}

int connected(void* user, char*, char*, int, int) {
  static_cast<Transfer*>(user)->stage.at("connected");
  return CURL_PREREQFUNC_OK;
}

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  static_cast<Transfer*>(user)->stage.at("connecting");
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void set_method(CURL* curl, const std::string& method) {
  if (method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, 0L);
  } else if (!method.empty() && method != "GET") {
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

void set_options(CURL* curl, const HttpConfig& config, Transfer& transfer, char* error) {
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, connected);
  curl_easy_setopt(curl, CURLOPT_PREREQDATA, &transfer);
#if LIBCURL_VERSION_NUM >= 0x075700
  // Otherwise the clean-up waits for a resolver that hangs.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
#endif
  set_method(curl, config.method);
}

std::string trouble_of(CURL* curl, CURLcode code, const char* error) {
  long os_errno = 0;
  curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os_errno);
  if (code == CURLE_COULDNT_CONNECT && os_errno != 0) {
    return fmt::format("cannot connect: {}",
                       std::generic_category().message(static_cast<int>(os_errno)));
  }
  return *error != '\0' ? error : curl_easy_strerror(code);
}

}  // namespace

HttpFacts gather_http(const HttpConfig& config, Deadline deadline, Stage& stage) {
  if (const auto url = plain_url(config.url)) {
    return gather_http_plain(config, *url, deadline, stage);
  }
  HttpFacts facts;
  stage.at("resolving");
  const CurlEasy curl = new_transfer(config.url, config.ca_file);
  if (!curl) {
    facts.trouble = curl_easy_strerror(CURLE_FAILED_INIT);
    return facts;
  }
  Transfer transfer{config, stage, {}, false, false};
  char error[CURL_ERROR_SIZE] = "";
  set_options(curl.get(), config, transfer, error);
  CurlHeaders headers;
  for (const std::string& header : config.headers) append_header(headers, header);
  if (headers) curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  set_limit(curl.get(), deadline);

  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  facts.status = static_cast<int>(status);
  facts.body_found = transfer.found;
  facts.body_cut = transfer.cut;
  const bool enough = code == CURLE_WRITE_ERROR && (transfer.found || transfer.cut);
  if (code == CURLE_OK || enough) {
    facts.end = HttpFacts::End::answered;
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    facts.end = HttpFacts::End::late;
    facts.trouble = http_late(stage);
  } else {
    facts.trouble = trouble_of(curl.get(), code, error);
  }
  return facts;
}

}  // namespace ha
