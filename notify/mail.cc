#include "notify/mail.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/clock.h"
#include "agent/text.h"
#include "notify/mail_text.h"
#include "notify/mask.h"
#include "notify/transfer.h"

namespace ha {
namespace {

struct Mail {
  MailConfig channel;
  std::string text;
  Millis timeout{};
};

struct Reader {
  const std::string& text;
  std::size_t at = 0;
};

std::size_t give(char* buffer, std::size_t size, std::size_t count, void* from) {
  auto& reader = *static_cast<Reader*>(from);
  const std::size_t some = std::min(size * count, reader.text.size() - reader.at);
  reader.text.copy(buffer, some, reader.at);
  reader.at += some;
  return some;
}

RawReply perform(const Mail& mail) {
  RawReply answer;
  const MailConfig& channel = mail.channel;
  const CurlEasy easy = new_transfer(channel.server, channel.ca_file, Schemes::mail);
  CurlHeaders recipients;
  bool ready = static_cast<bool>(easy);
  for (const std::string& to : channel.to) {
    ready = ready && append_header(recipients, "<" + to + ">");
  }
  if (!ready) {
    answer.error = curl_easy_strerror(CURLE_FAILED_INIT);
    return answer;
  }
  CURL* const curl = easy.get();
  Reader reader{mail.text};
  const std::string from = "<" + channel.from + ">";
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   static_cast<long>(channel.allow_plain ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (!channel.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, channel.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, channel.password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
#if LIBCURL_VERSION_NUM >= 0x080200
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLOWFAILS, 1L);
#else
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
#endif
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl, CURLOPT_READDATA, static_cast<void*>(&reader));
  set_up_transfer(curl, kTotalTimeout, mail.timeout, CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA,
                  answer);
  perform_transfer(curl, answer);
  return answer;
}

/// The code of a line of the server's; 0: none.
int code_of(std::string_view line) {
  if (line.size() < 3) return 0;
  int code = 0;
  for (const char c : line.substr(0, 3)) {
    if (c < '0' || c > '9') return 0;
    code = code * 10 + (c - '0');
  }
  return code;
}

}  // namespace

Judged judge_mail_reply(int status, const std::string& lines, const std::string& error) {
  std::string refused;
  bool for_now = status < 500;
  for (const std::string_view line : split(lines, '\n')) {
    if (code_of(line) < 400) continue;
    for_now = for_now || code_of(line) < 500;
    refused += (refused.empty() ? "" : "; ") + std::string(line);
  }
  if (error.empty()) return {Fate::ok, excerpt(refused)};
  const std::string why =
      refused.empty() ? error : fmt::format("{}: the server said {}", error, excerpt(refused));
  return {for_now ? Fate::retry : Fate::dead, why};
}

Sent send_mail(const MailConfig& channel, const Message& message, Deadline deadline) {
  Sent sent;
  auto text = mail_text(channel, message, wall_ms());
  if (!text) {
    sent.judged = {Fate::dead, text.error().message};
    return sent;
  }
  const auto begun = SteadyClock::now();
  const Millis timeout = time_for_a_try(deadline);
  Mail mail{channel, *std::move(text), timeout};
  const RawReply answer =
      bounded_transfer(timeout, [mail = std::move(mail)] { return perform(mail); });
  sent.took = std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);
  sent.status = answer.status;
  const auto mask = [&](const std::string& what) {
    return mask_secrets(what, "", channel.password);
  };
  const std::string lines = mask(answer.body);
  const auto last = lines.find_last_of('\n', lines.size() < 2 ? 0 : lines.size() - 2);
  sent.body = excerpt(last == std::string::npos ? lines : lines.substr(last + 1));
  std::string error = answer.error;
  if (!error.empty()) error = fmt::format("{}: {}", channel.server, mask(error));
  sent.judged = judge_mail_reply(answer.status, lines, error);
  return sent;
}

}  // namespace ha
