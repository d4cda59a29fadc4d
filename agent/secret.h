// Secrets in files of their own (`password_file` and its like). A message names the file and never
// what is in it. The path is absolute: keepalived and systemd start us in folders of their choice.
#pragma once
#include <sys/types.h>

#include <string>

#include "agent/error.h"

namespace ha {

constexpr std::size_t kMaxSecretBytes = 4096;

/// Others have no right at all; the group may read (it is ha-agent's).
constexpr bool is_open_to_others(mode_t mode) {
  return (mode & 0007U) != 0;
}

/// The content without one trailing newline (LF or CRLF). Refused: a file that is missing, no
/// regular file, open to others (mode & 0007), empty, over 4096 bytes, or with a NUL or a further
/// line end inside.
Result<std::string> read_secret(const std::string& path);

}  // namespace ha
