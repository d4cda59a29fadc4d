// What a channel's answer means. A 200 is not success: the body decides, and each vendor's body in
// its own way (notify/format.h); what all have in common is here. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "agent/deadline.h"

namespace ha {

enum class Fate {
  ok,
  retry,   ///< may well succeed later
  dead,    ///< the same again would fail again: kept for the operator
  lesser,  ///< too long, or its markup was not understood: a shorter, plainer one may pass at once
};
/// "ok", "retry", "dead", "lesser": the words in the journal and in JSON.
const char* to_string(Fate fate);

struct Judged {
  Fate fate = Fate::retry;
  std::string why;               ///< empty when ok; from the body, so mask it before it is shown
  std::optional<Millis> wait{};  ///< of retry: how long the vendor wants to be left alone
};

/// The rule that all channels share: transport errors, 408, 429, 5xx and statuses that are none are
/// retried; 3xx (never followed: 301-303 turn a POST into a GET) and other 4xx are dead; nullopt
/// for 2xx, where the body decides.
std::optional<Judged> judge_status(int status, const std::string& body,
                                   const std::string& transport_error);

/// A short, printable piece of a reply.
std::string excerpt(const std::string& body);

}  // namespace ha
