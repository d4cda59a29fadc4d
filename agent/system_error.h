// errno as an Error: "cannot open /x: Permission denied", Error::code = errno.
#pragma once
#include <fmt/format.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "agent/error.h"

namespace ha {

/// Thread-safe (strerror() is not). Reads errno first of all, so call it right after the failure.
inline tl::unexpected<Error> fail_errno(std::string_view doing, std::string_view what) {
  const int saved = errno;
  return fail(fmt::format("{} {}: {}", doing, what, std::generic_category().message(saved)),
              ErrorKind::other, saved);
}

}  // namespace ha
