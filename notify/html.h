// Text as a part of HTML. Pure.
#pragma once
#include <string>
#include <string_view>

namespace ha {

/// Fit for content and for an attribute in double quotes.
std::string html_escaped(std::string_view text);

}  // namespace ha
