// A webhook's URL is its credential. Everything that is logged, journaled, spooled or printed about
// one goes through here. Pure functions.
#pragma once
#include <string>
#include <string_view>

namespace ha {

/// "https://host:port/***": without user, path, query and fragment. "***" when it is no URL.
std::string mask_url(std::string_view url);

/// `text` with the URL, everything secret in it (user and password, path, its segments of 8 bytes
/// and more, the values of its query of 4 bytes and more, percent-decoded as well) and `secret`
/// replaced by "***". For what curl or the vendor said: some vendors echo the key.
std::string mask_secrets(std::string text, std::string_view url, std::string_view secret);
/// The value of a header ("Bearer KEY"), and each of its words of 8 bytes and more.
std::string mask_header(std::string text, std::string_view value);

}  // namespace ha
