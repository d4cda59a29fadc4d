// One message to one mail server through libcurl: STARTTLS demanded on smtp://, TLS from the start
// on smtps://, AUTH under TLS only. One recipient that is refused keeps the others from nothing;
// what the server said of it stands in the verdict. Within 8 s and the deadline. Thread-safe.
#pragma once
#include "agent/config.h"
#include "agent/deadline.h"
#include "notify/channel.h"

namespace ha {

Sent send_mail(const MailConfig& channel, const Message& message, Deadline deadline);

/// What the answers of one session mean: `lines` as they came, `error` of the transport. Pure.
Judged judge_mail_reply(int status, const std::string& lines, const std::string& error);

}  // namespace ha
