// What one try of any channel has in common: 3 s to connect, 8 s in all, 64 KiB of a reply, and a
// resolver that hangs is not waited for. Threads: one per transfer.
#pragma once
#include <optional>
#include <string>

#include "agent/bounded.h"
#include "agent/curl_easy.h"
#include "agent/deadline.h"

namespace ha {

constexpr Millis kConnectTimeout{3000};
constexpr Millis kTotalTimeout{8000};

/// An answer as it came. Not masked yet.
struct RawReply {
  int status = 0;
  std::string body;
  bool capped = false;
  std::string error;
  std::optional<Millis> retry_after;
};

/// How long a try may last.
Millis time_for_a_try(Deadline deadline);
/// Times, and where the reply goes: `answer.body`, by CURLOPT_WRITEFUNCTION for a body, by
/// CURLOPT_HEADERFUNCTION where the answers are lines.
/// `connect`: of the whole way to a session, which is more than a connection where one logs in.
void set_up_transfer(CURL* easy, Millis connect, Millis timeout, CURLoption reply_function,
                     CURLoption reply_data, RawReply& answer);
/// Performs it and fills in status and error.
void perform_transfer(CURL* easy, RawReply& answer);

/// `perform` runs in a thread of its own, which is left behind if it does not end in time; it has
/// to own all that it uses.
template <class Perform>
RawReply bounded_transfer(Millis timeout, Perform perform) {
  // curl ends by itself at its timeout, except that it waits for a resolver that hangs.
  constexpr Millis kGrace{300};
  if (auto done = run_bounded(Deadline::in(timeout + kGrace), std::move(perform))) {
    return std::move(*done);
  }
  RawReply answer;
  answer.error =
      "no answer within " + std::to_string(timeout.count()) + " ms (name resolution hangs)";
  return answer;
}

}  // namespace ha
