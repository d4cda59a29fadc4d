#include "notify/webhook.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "agent/bounded.h"
#include "agent/curl_easy.h"
#include "notify/format.h"
#include "notify/mask.h"

namespace ha {
namespace {

constexpr Millis kConnectTimeout{3000};
constexpr Millis kTotalTimeout{8000};
// curl ends by itself at its timeout, except that it waits for a resolver that hangs.
constexpr Millis kGrace{300};
constexpr std::size_t kMaxReply = 64U << 10U;

struct RawReply {
  int status = 0;
  std::string body;
  bool capped = false;
  std::string error;  ///< not masked yet
  std::optional<Millis> retry_after;
};

struct Post {
  std::string url, body, ca_file;
  bool allow_http = false;
  Millis timeout{};
};

std::size_t take(char* data, std::size_t size, std::size_t count, void* to) {
  auto& answer = *static_cast<RawReply*>(to);
  const std::size_t got = size * count;
  const std::size_t room = kMaxReply - answer.body.size();
  answer.body.append(data, std::min(got, room));
  answer.capped = got > room;
  return answer.capped ? 0 : got;
}

void set_request(CURL* easy, const Post& post, curl_slist* headers) {
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post.body.c_str());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(post.body.size()));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(kConnectTimeout, post.timeout).count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(post.timeout.count()));
}

RawReply perform(const Post& post) {
  RawReply answer;
  const CurlEasy easy = new_transfer(post.url, post.ca_file,
                                     post.allow_http ? Schemes::http_and_https : Schemes::https);
  CurlHeaders headers;
  // Without "Expect:" curl waits up to a second for a "100 Continue" that few vendors send.
  const bool ready = easy &&
                     append_header(headers, "Content-Type: application/json; charset=utf-8") &&
                     append_header(headers, "Expect:");
  if (!ready) {
    answer.error = curl_easy_strerror(CURLE_FAILED_INIT);
    return answer;
  }
  std::array<char, CURL_ERROR_SIZE> said{};
  set_request(easy.get(), post, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, said.data());
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, static_cast<void*>(&answer));

  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK && !answer.capped) {
    answer.error = said[0] != '\0' ? said.data() : curl_easy_strerror(code);
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  curl_off_t wait = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &wait);
  if (wait > 0) {
    answer.retry_after = Millis{std::min<curl_off_t>(wait, 1'000'000) * 1000};
  }
  return answer;
}

/// What is wrong with the URL before anything is sent; empty: nothing.
std::string refuse_url(const WebhookConfig& channel) {
  const auto printable = [](unsigned char c) { return std::isgraph(c) != 0; };
  if (!std::all_of(channel.url.begin(), channel.url.end(), printable)) {
    return "the URL has a space, a control character or a byte outside ASCII";
  }
  const auto colon = channel.url.find("://");
  std::string scheme = channel.url.substr(0, colon == std::string::npos ? 0 : colon);
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (scheme == "https" || (scheme == "http" && channel.allow_http)) return "";
  if (scheme == "http") return "plain http is refused (allow_http = yes would let it pass)";
  return "the URL does not begin with https://";
}

RawReply post_bounded(const WebhookConfig& channel, const WebhookRequest& request,
                      Deadline deadline) {
  RawReply answer;
  answer.error = refuse_url(channel);
  if (!answer.error.empty()) return answer;
  // curl takes a timeout of 0 as none.
  const Millis timeout = std::clamp(deadline.remaining(), Millis{1}, kTotalTimeout);
  Post post{request.url, request.body, channel.ca_file, channel.allow_http, timeout};
  auto done = run_bounded(Deadline::in(timeout + kGrace),
                          [post = std::move(post)] { return perform(post); });
  if (done) return std::move(*done);
  answer.error = fmt::format("no answer within {} ms (name resolution hangs)", timeout.count());
  return answer;
}

}  // namespace

Sent send_text(const WebhookConfig& channel, const std::string& text, Deadline deadline) {
  Sent sent;
  const WebhookFormat* format = find_format(channel.format);
  if (format == nullptr) {
    sent.judged.why = fmt::format("this version has no format '{}'", channel.format);
    return sent;
  }
  const auto begun = SteadyClock::now();
  const RawReply answer = post_bounded(channel, format->request(channel, text), deadline);
  sent.took = std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);

  sent.status = answer.status;
  sent.retry_after = answer.retry_after;
  const auto mask = [&](const std::string& what) {
    return mask_secrets(what, channel.url, channel.secret);
  };
  std::string error = answer.error;
  if (!error.empty()) error = fmt::format("{}: {}", mask_url(channel.url), mask(error));
  // Masked before it is cut: half a key is still a secret.
  const std::string body = mask(answer.body);
  sent.body = excerpt(body);
  sent.judged = judge_reply(*format, answer.status, body, error);
  return sent;
}

}  // namespace ha
