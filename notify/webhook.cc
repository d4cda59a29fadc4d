#include "notify/webhook.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <random>
#include <utility>

#include "agent/clock.h"
#include "notify/format.h"
#include "notify/mask.h"
#include "notify/transfer.h"

namespace ha {
namespace {

struct Post {
  WebhookRequest request;
  std::string ca_file;
  bool allow_http = false;
  Millis timeout{};
};

RawReply perform(const Post& post) {
  RawReply answer;
  const CurlEasy easy = new_transfer(post.request.url, post.ca_file,
                                     post.allow_http ? Schemes::http_and_https : Schemes::https);
  CurlHeaders headers;
  // Without "Expect:" curl waits up to a second for a "100 Continue" that few vendors send.
  bool ready = easy && append_header(headers, "Content-Type: " + post.request.content_type) &&
               append_header(headers, "Expect:");
  for (const std::string& header : post.request.headers) {
    ready = ready && append_header(headers, header);
  }
  if (!ready) {
    answer.error = curl_easy_strerror(CURLE_FAILED_INIT);
    return answer;
  }
  CURL* const curl = easy.get();
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post.request.body.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(post.request.body.size()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  set_up_transfer(curl, kConnectTimeout, post.timeout, CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA,
                  answer);
  perform_transfer(curl, answer);
  curl_off_t wait = 0;
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
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

RawReply post_bounded(const WebhookConfig& channel, WebhookRequest request, Deadline deadline) {
  RawReply answer;
  answer.error = refuse_url(channel);
  if (!answer.error.empty()) return answer;
  const Millis timeout = time_for_a_try(deadline);
  Post post{std::move(request), channel.ca_file, channel.allow_http, timeout};
  return bounded_transfer(timeout, [post = std::move(post)] { return perform(post); });
}

std::string new_nonce() {
  std::random_device source;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", source(), source(), source(), source());
}

Sent send_once(const WebhookConfig& channel, const WebhookFormat& format, const Message& message,
               Degree degree, Deadline deadline) {
  Sent sent;
  const auto begun = SteadyClock::now();
  auto request = format.request(channel, message, {wall_ms(), degree, new_nonce()});
  if (!request) {
    sent.judged = {Fate::dead, request.error().message};
    return sent;
  }
  const RawReply answer = post_bounded(channel, *std::move(request), deadline);
  sent.took = std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);

  sent.status = answer.status;
  sent.retry_after = answer.retry_after;
  const auto mask = [&](const std::string& what) {
    std::string masked = mask_secrets(what, channel.url, channel.secret);
    for (const std::string& header : channel.headers) {
      masked =
          mask_header(std::move(masked), std::string_view(header).substr(header.find(':') + 1));
    }
    return masked;
  };
  std::string error = answer.error;
  if (!error.empty()) error = fmt::format("{}: {}", mask_url(channel.url), mask(error));
  // Masked before it is cut: half a key is still a secret.
  const std::string body = mask(answer.body);
  sent.body = excerpt(body);
  sent.judged = judge_reply(format, answer.status, body, error);
  if (!sent.retry_after) sent.retry_after = sent.judged.wait;
  return sent;
}

}  // namespace

Sent send_webhook(const WebhookConfig& channel, const Message& message, Deadline deadline) {
  Sent sent;
  const WebhookFormat* const format = find_format(channel.format);
  if (format == nullptr) {
    sent.judged.why = fmt::format("this version has no format '{}'", channel.format);
    return sent;
  }
  const Deadline until = Deadline::in(kTotalTimeout).earlier(deadline);
  for (const Degree degree : {Degree::full, Degree::shorter, Degree::plain}) {
    sent = send_once(channel, *format, message, degree, until);
    sent.cut = degree != Degree::full;
    if (sent.judged.fate != Fate::lesser) return sent;
  }
  sent.judged.fate = Fate::dead;
  return sent;
}

}  // namespace ha
