// What signatures and keys are made of, by OpenSSL's libcrypto. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace ha {

/// 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);
/// 32 bytes.
std::string sha256(std::string_view text);
/// Lower case.
std::string hex(std::string_view bytes);

}  // namespace ha
