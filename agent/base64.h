// RFC 4648 with padding, without line ends. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace ha {

std::string base64(std::string_view in);
/// nullopt: it is none.
std::optional<std::string> unbase64(std::string_view text);

}  // namespace ha
