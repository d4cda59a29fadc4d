#include "notify/mysql_words.h"

#include <fmt/format.h>

namespace ha {

std::string MysqlWords::change(const SourceWords& to) const {
  const char* const who = source ? "SOURCE" : "MASTER";
  std::string sql = fmt::format(
      "CHANGE {} TO {}_HOST = {}, {}_PORT = {}, {}_USER = {}, "
      "{}_PASSWORD = {}, {}_CONNECT_RETRY = 1",
      source ? "REPLICATION SOURCE" : "MASTER", who, to.host, who, to.port, who, to.user, who,
      to.password, who);
  // Always said: the defaults differ between versions, and an earlier source's would stay.
  sql += fmt::format(", {}_SSL = {}, {}_SSL_VERIFY_SERVER_CERT = {}, {}_SSL_CA = {}", who,
                     to.tls ? 1 : 0, who, to.verify ? 1 : 0, who, to.ca);
  if (mariadb) return sql + ", MASTER_USE_GTID = slave_pos";
  sql += fmt::format(", {}_RETRY_COUNT = 100000000, {}_AUTO_POSITION = 1", who, who);
  // caching_sha2_password without TLS needs the source's key.
  if (public_key) sql += fmt::format(", GET_{}_PUBLIC_KEY = {}", who, to.tls ? 0 : 1);
  return sql;
}

}  // namespace ha
