// Turns the text of one key into a value. Pure: no file is looked at, secrets' files are named by
// the value and read elsewhere.
#pragma once
#include <string>
#include <string_view>

#include "agent/error.h"
#include "agent/options.h"

namespace ha {

/// The error reads "expected …, got …"; the value is masked when the option is.
Result<Value> parse_value(const Option& option, std::string_view text);

/// What is expected of the value, for messages and the man page: "a number from 1 to 65535".
std::string describe(const Option& option);

/// True for `http://` or `https://`, a host, and neither blanks nor a user name or password.
bool is_http_url(std::string_view url);
/// `https://host/***`: all of a URL that may be shown.
std::string masked_url(std::string_view url);

}  // namespace ha
