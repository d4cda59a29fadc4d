#include "agent/mysql_tls.h"

#include <arpa/inet.h>

#include <charconv>
#include <string>

namespace ha {
namespace {

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr v4{};
  return ::inet_pton(AF_INET, host.c_str(), &v4) == 1 && (ntohl(v4.s_addr) >> 24U) == 127;
}

}  // namespace

bool wants_tls(const MysqlEndpoint& endpoint) {
  switch (endpoint.ssl_mode) {
    case SslMode::disabled:
      return false;
    case SslMode::preferred:
      return endpoint.socket.empty() && !is_loopback(endpoint.host);
    case SslMode::required:
    case SslMode::verify_identity:
      break;
  }
  return true;
}

bool tls_as_demanded(MYSQL* mysql, const MysqlEndpoint& endpoint) {
  const bool demanded =
      endpoint.ssl_mode == SslMode::required || endpoint.ssl_mode == SslMode::verify_identity;
  return !demanded || mysql_get_ssl_cipher(mysql) != nullptr;
}

bool server_may_want_tls(int code) {
  constexpr int kAccessDenied = 1045;
  constexpr int kSecureTransportRequired = 3159;
  return code == kAccessDenied || code == kSecureTransportRequired;
}

std::optional<SaidBeforeTls> said_before_tls(std::string_view message) {
  constexpr std::string_view kBefore = "before completion of TLS handshake";
  constexpr std::string_view kWords = "cannot be verified: ";
  constexpr std::string_view kDash = " - ";
  const std::size_t at = message.find(kWords);
  if (at == std::string_view::npos || message.find(kBefore) > at) return std::nullopt;
  message.remove_prefix(at + kWords.size());
  SaidBeforeTls said;
  const char* const end = message.data() + message.size();
  const auto [next, error] = std::from_chars(message.data(), end, said.code);
  message.remove_prefix(static_cast<std::size_t>(next - message.data()));
  if (error != std::errc{} || !message.starts_with(kDash)) return std::nullopt;
  said.text = message.substr(kDash.size());
  return said;
}

#ifdef MARIADB_BASE_VERSION

void set_tls(MYSQL* mysql, const MysqlEndpoint& endpoint, bool tls) {
  // Connector/C 3.4 verifies unless told otherwise, 3.3 does not: say it in both cases.
  const my_bool enforce = tls ? 1 : 0;
  const my_bool verify = tls && endpoint.ssl_mode == SslMode::verify_identity ? 1 : 0;
  mysql_optionsv(mysql, MYSQL_OPT_SSL_ENFORCE, &enforce);
  mysql_optionsv(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  if (tls && !endpoint.ssl_ca.empty()) {
    mysql_optionsv(mysql, MYSQL_OPT_SSL_CA, endpoint.ssl_ca.c_str());
  }
}

bool server_lacks_tls(int code, std::string_view message) {
  constexpr int kTlsError = 2026;
  return code == kTlsError && message.find("does not support") != std::string_view::npos;
}

#else

void set_tls(MYSQL* mysql, const MysqlEndpoint& endpoint, bool tls) {
  unsigned mode = SSL_MODE_DISABLED;
  if (tls) {
    switch (endpoint.ssl_mode) {
      case SslMode::verify_identity:
        mode = SSL_MODE_VERIFY_IDENTITY;
        break;
      case SslMode::required:
        mode = endpoint.ssl_ca.empty() ? SSL_MODE_REQUIRED : SSL_MODE_VERIFY_CA;
        break;
      case SslMode::preferred:
      case SslMode::disabled:
        mode = SSL_MODE_PREFERRED;
        break;
    }
    if (!endpoint.ssl_ca.empty()) mysql_options(mysql, MYSQL_OPT_SSL_CA, endpoint.ssl_ca.c_str());
  } else if (is_loopback(endpoint.host)) {
    // caching_sha2_password without TLS encrypts the password with the server's key; over loopback
    // that key can be trusted.
    const bool fetch = true;
    mysql_options(mysql, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &fetch);
  }
  mysql_options(mysql, MYSQL_OPT_SSL_MODE, &mode);
}

// SSL_MODE_PREFERRED falls back by itself.
bool server_lacks_tls(int, std::string_view) {
  return false;
}

#endif

}  // namespace ha
