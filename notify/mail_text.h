// A message as a mail: RFC 5322 head, a text and an HTML part (MIME, RFC 2045 and 2046), lines of
// CRLF. Pure but for the time zone.
#pragma once
#include <cstdint>
#include <string>

#include "agent/config.h"
#include "agent/error.h"
#include "notify/message.h"

namespace ha {

/// The same message gives the same Message-ID, however often it is sent. An error: an address or
/// another line of the head would have a line end or a control character in it.
Result<std::string> mail_text(const MailConfig& channel, const Message& message,
                              std::int64_t now_ms);

/// "=?UTF-8?B?…?=" words of at most 75 characters, none of which splits a character, folded; plain
/// ASCII stays as it is (RFC 2047).
std::string encode_subject(const std::string& text);

}  // namespace ha
