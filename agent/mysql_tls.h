// How SslMode is told to the MySQL client library: Oracle's and MariaDB's differ in everything.
// Source: MariaDB Connector/C 3.3 and 3.4, mysql_optionsv; MySQL 8.4 C API, mysql_options().
#pragma once
#include <mysql.h>

#include <optional>
#include <string_view>

#include "agent/config.h"

namespace ha {

/// Whether to try TLS. `preferred` goes without it over a socket or to a loopback address, where
/// nobody can listen and where the handshake would be the larger part of a check's time.
bool wants_tls(const MysqlEndpoint& endpoint);
/// Called between mysql_init() and mysql_real_connect().
void set_tls(MYSQL* mysql, const MysqlEndpoint& endpoint, bool tls);
/// After a successful mysql_real_connect(): whether the connection is what `ssl_mode` demands.
/// Connector/C 3.3 goes on in clear text when TLS is "enforced" and the server has none.
bool tls_as_demanded(MYSQL* mysql, const MysqlEndpoint& endpoint);
/// True for the error of a server without TLS: `preferred` then connects once more without.
bool server_lacks_tls(int code, std::string_view message);

/// True for what a server says that lets an account in by TLS only: require_secure_transport
/// (3159), or REQUIRE SSL of the account, which is "access denied" (1045) like a wrong password.
/// `preferred` then connects once more with it where it went without.
bool server_may_want_tls(int code);

struct SaidBeforeTls {
  int code = 0;
  std::string_view text;  ///< of the message that was looked at
};
/// What a server that lets nobody in says before TLS can begin (1040, 1130 …): Connector/C gives
/// that as text, under a number of its own (2002).
std::optional<SaidBeforeTls> said_before_tls(std::string_view message);

}  // namespace ha
