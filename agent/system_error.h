// errno as an Error: "cannot open /x: Permission denied", Error::code = errno.
#pragma once
#include <fmt/format.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include "agent/error.h"

namespace ha {

/// Thread-safe (strerror() is not). Read errno first of all, so call them right after the failure.
inline std::string errno_text() {
  return std::generic_category().message(errno);
}
inline tl::unexpected<Error> fail_errno(std::string_view doing, std::string_view what) {
  const int saved = errno;
  return fail(fmt::format("{} {}: {}", doing, what, errno_text()), ErrorKind::other, saved);
}

}  // namespace ha
