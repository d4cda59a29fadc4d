// RFC 3986: everything but letters, digits, '-', '.', '_' and '~' as %XX. Pure.
#pragma once
#include <string>
#include <string_view>

namespace ha {

std::string url_encode(std::string_view text);

}  // namespace ha
