#include "notify/transfer.h"

#include <algorithm>
#include <array>

namespace ha {
namespace {

constexpr std::size_t kMaxReply = 64U << 10U;

std::size_t take(char* data, std::size_t size, std::size_t count, void* to) {
  auto& answer = *static_cast<RawReply*>(to);
  const std::size_t got = size * count;
  const std::size_t room = kMaxReply - answer.body.size();
  answer.body.append(data, std::min(got, room));
  answer.capped = got > room;
  return answer.capped ? 0 : got;
}

}  // namespace

Millis time_for_a_try(Deadline deadline) {
  // curl takes a timeout of 0 as none.
  return std::clamp(deadline.remaining(), Millis{1}, kTotalTimeout);
}

void set_up_transfer(CURL* easy, Millis connect, Millis timeout, CURLoption reply_function,
                     CURLoption reply_data, RawReply& answer) {
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(connect, timeout).count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(easy, reply_function, take);
  curl_easy_setopt(easy, reply_data, static_cast<void*>(&answer));
}

void perform_transfer(CURL* easy, RawReply& answer) {
  std::array<char, CURL_ERROR_SIZE> said{};
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, said.data());
  const CURLcode code = curl_easy_perform(easy);
  if (code != CURLE_OK && !answer.capped) {
    answer.error = said[0] != '\0' ? said.data() : curl_easy_strerror(code);
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
}

}  // namespace ha
