// UTF-8 as alerts need it: what servers and vendors send may be anything, what we send may not.
// Pure functions.
#pragma once
#include <string>
#include <string_view>

namespace ha {

/// Invalid sequences become U+FFFD; control characters (C0 but newline, DEL, C1) become spaces.
/// With `one_line`, newlines as well, and runs of spaces are folded and trimmed.
std::string clean_text(std::string_view text, bool one_line);

/// At most `max_bytes`, never splitting a character; what is cut ends in "…" (counted). `text` must
/// be valid UTF-8. A limit below 3 bytes gives an empty text when something must be cut.
std::string truncate_utf8(std::string_view text, std::size_t max_bytes);

}  // namespace ha
