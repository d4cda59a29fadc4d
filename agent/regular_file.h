// Reads a file that an operator named: only a regular one, so that a FIFO cannot block the check
// and a device is not even opened. Follows symbolic links.
#pragma once
#include <sys/types.h>

#include <string>

#include "agent/error.h"

namespace ha {

struct FileText {
  std::string text;
  mode_t mode = 0;  ///< permission bits
};

/// Errors begin with what was expected: "expected a readable file, got '/x': No such file or
/// directory". More than `limit` bytes are an error.
Result<FileText> read_regular_file(const std::string& path, std::size_t limit);
/// The same errors without reading: is there a regular file that this process may read?
Status check_regular_file(const std::string& path);

}  // namespace ha
