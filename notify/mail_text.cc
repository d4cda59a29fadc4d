#include "notify/mail_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "agent/base64.h"
#include "notify/html.h"
#include "notify/utf8.h"

namespace ha {
namespace {

constexpr std::size_t kMaxSubject = 200;
constexpr std::size_t kMaxText = 256U << 10U;

std::string mail_date(std::int64_t wall_ms) {
  const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const long offset = local.tm_gmtoff / 60;
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} {}{:02}{:02}", kDays[local.tm_wday],
                     local.tm_mday, kMonths[local.tm_mon], local.tm_year + 1900, local.tm_hour,
                     local.tm_min, local.tm_sec, offset < 0 ? '-' : '+', std::labs(offset) / 60,
                     std::labs(offset) % 60);
}

/// Letters, digits, dots and dashes: fit for a Message-ID.
std::string plain_word(std::string_view text) {
  std::string word;
  for (const char c : text) {
    const bool fine = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '.' || c == '-';
    word += fine ? c : '-';
  }
  return word;
}

std::string lines_of_base64(std::string_view bytes) {
  constexpr std::size_t kColumns = 76;
  const std::string whole = base64(bytes);
  std::string text;
  for (std::size_t at = 0; at < whole.size(); at += kColumns) {
    text += whole.substr(at, kColumns) + "\r\n";
  }
  return text;
}

const char* color_of(const Message& message) {
  if (message.well) return "#2e7d32";
  switch (message.severity) {
    case Severity::info:
      return "#1565c0";
    case Severity::warning:
      return "#ef6c00";
    case Severity::critical:
      break;
  }
  return "#c62828";
}

std::string html_of(const Message& message) {
  std::string html = fmt::format(
      "<!DOCTYPE html><html><body style=\"font-family:sans-serif\">"
      "<p style=\"border-left:6px solid {};padding:4px 10px;font-weight:bold\">{}</p>\n",
      color_of(message), html_escaped(clean_text(message.title, true)));
  for (const std::string& line : message.body) {
    html += "<div>" + html_escaped(clean_text(line, true)) + "</div>\n";
  }
  return html + "</body></html>\n";
}

std::string part(const char* type, const std::string& text) {
  return fmt::format(
      "Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", type,
      lines_of_base64(truncate_utf8(text, kMaxText)));
}

bool fit_for_a_head(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

}  // namespace

std::string encode_subject(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](unsigned char c) { return c >= 0x20 && c < 0x7F; }) &&
                     text.find("=?") == std::string::npos;
  if (plain) return text;
  // "=?UTF-8?B?" and "?=" leave 63 of 75 characters, which are 45 bytes and a little.
  constexpr std::size_t kBytes = 45;
  std::string encoded;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(at + kBytes, text.size());
    while (end < text.size() && end > at &&
           (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
      --end;
    if (!encoded.empty()) encoded += "\r\n ";
    encoded += "=?UTF-8?B?" + base64(std::string_view(text).substr(at, end - at)) + "?=";
    at = end;
  }
  return encoded;
}

Result<std::string> mail_text(const MailConfig& channel, const Message& message,
                              std::int64_t now_ms) {
  std::string to;
  for (const std::string& each : channel.to) to += (to.empty() ? "" : ", ") + each;
  if (!fit_for_a_head(channel.from) || !fit_for_a_head(to)) {
    return fail("an address with a line end or a control character", ErrorKind::config);
  }
  const std::string subject =
      encode_subject(truncate_utf8(clean_text(message.title, true), kMaxSubject));
  const std::string id =
      fmt::format("{}.{}@{}", plain_word(message.event_id), plain_word(channel.name),
                  plain_word(message.node.empty() ? "ha-agent" : message.node));
  // In no text that base64 could give.
  const std::string boundary = "=_" + plain_word(message.event_id) + "_ha-agent";
  const char* const priority =
      message.severity == Severity::critical ? "X-Priority: 1\r\nImportance: high\r\n" : "";
  return fmt::format(
      "Date: {}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}>\r\n"
      "Auto-Submitted: auto-generated\r\n{}MIME-Version: 1.0\r\n"
      "Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n"
      "--{}\r\n{}\r\n--{}\r\n{}\r\n--{}--\r\n",
      mail_date(now_ms), channel.from, to, subject, id, priority, boundary, boundary,
      part("text/plain", clean_text(plain_text(message), false) + "\n"), boundary,
      part("text/html", html_of(message)), boundary);
}

}  // namespace ha
