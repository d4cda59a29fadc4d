#include "agent/sd_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "agent/environment.h"
#include "agent/fd.h"

namespace ha {
namespace {

std::optional<std::int64_t> number_of(const char* name) {
  const char* const value = env_value(name);
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

bool sd_notify(std::string_view state) {
  const char* const name = env_value("NOTIFY_SOCKET");
  const std::string_view path = name == nullptr ? "" : name;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() < 2 || path.size() > sizeof address.sun_path) return false;
  if (path[0] != '/' && path[0] != '@') return false;
  std::memcpy(address.sun_path, path.data(), path.size());
  // '@' stands for the NUL byte of an abstract name.
  if (path[0] == '@') address.sun_path[0] = '\0';
  const Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return false;
  // An abstract name ends with the address and not with a NUL byte; a path may do so, too.
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  const ssize_t sent = ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                                reinterpret_cast<const sockaddr*>(&address), length);
  return sent == static_cast<ssize_t>(state.size());
}

std::optional<Millis> sd_watchdog() {
  const auto usec = number_of("WATCHDOG_USEC");
  if (!usec || *usec <= 0) return std::nullopt;
  if (env_value("WATCHDOG_PID") != nullptr && number_of("WATCHDOG_PID") != ::getpid()) {
    return std::nullopt;
  }
  return std::chrono::ceil<Millis>(std::chrono::microseconds{*usec});
}

}  // namespace ha
