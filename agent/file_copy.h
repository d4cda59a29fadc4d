// Copies of large files that must be whole or not there: written beside the target as `to`.part,
// synced, then renamed. A copy carries its original's time of modification, and so tells that it
// need not be made again.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "agent/error.h"

namespace ha {

/// Replaces `to`. `go_on` is asked every few megabytes; false ends the copy with an error. Two at
/// once do not mix: the later one is an error. Error::code is errno where there is one.
Status copy_file(const std::string& from, const std::string& to, mode_t mode,
                 const std::function<bool()>& go_on);

/// Whether `to` was made by copy_file() from `from` as it is now: same size, same time.
bool is_copy_of(const std::string& from, const std::string& to);

/// Empty when `bytes` more fit below `folder` and enough is left for the journal; else why not.
std::string lacks_room(const std::string& folder, std::uint64_t bytes);

}  // namespace ha
