#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "agent/plain_url.h"
#include "agent/tcp.h"
#include "agent/witness_ask.h"

namespace ha {
namespace {

/// "HTTP/1.1 200", of which more is not needed.
constexpr std::size_t kStatusBytes = 12;

WitnessReply trouble(int error) {
  if (error == ETIMEDOUT) return {false, "no connection in time"};
  return {false, "cannot connect: " + std::generic_category().message(error)};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

WitnessReply judge(const std::string& begin) {
  const bool is_http = begin.size() >= kStatusBytes && begin.starts_with("HTTP/1.") &&
                       begin[8] == ' ' && is_digit(begin[9]) && is_digit(begin[10]) &&
                       is_digit(begin[11]);
  if (!is_http) return {false, "answers, but not with HTTP"};
  return {true, "status " + begin.substr(9, 3)};
}

}  // namespace

WitnessReply ask_http(const std::string& url, const std::string& ca_file, Deadline deadline) {
  const auto plain = plain_url(url);
  if (!plain) return ask_http_curl(url, ca_file, deadline);
  const auto addresses = resolve(plain->host, plain->port, SOCK_STREAM);
  if (!addresses) return {false, addresses.error().message};
  Fd fd;
  if (const int error = connect_any(addresses->get(), deadline, fd); error != 0) {
    return trouble(error);
  }
  const std::string request =
      fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: ha-agent/" HA_VERSION
                  "\r\nAccept: */*\r\nConnection: close\r\n\r\n",
                  plain->target, plain->authority);
  if (const int error = send_all(fd.get(), request, deadline); error != 0) return trouble(error);
  std::string begin;
  while (begin.size() < kStatusBytes) {
    char buffer[kStatusBytes];
    const ssize_t got = ::recv(fd.get(), buffer, kStatusBytes - begin.size(), 0);
    if (got > 0) {
      begin.append(buffer, static_cast<std::size_t>(got));
    } else if (got == 0) {
      break;
    } else if (errno == EAGAIN) {
      if (!ready(fd.get(), POLLIN, deadline)) return {false, "connected, no answer in time"};
    } else if (errno != EINTR) {
      return {false, "the connection broke: " + std::generic_category().message(errno)};
    }
  }
  return judge(begin);
}

}  // namespace ha
