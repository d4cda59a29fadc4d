// One connection to a MySQL or MariaDB server, shared by the probe and the role actions.
// Calls block; a caller that needs a hard limit runs them through agent/bounded.h (the library's
// own timeouts are whole seconds and serve only as a backstop). One thread at a time per object.
// Compiles with MariaDB Connector/C and with Oracle's libmysqlclient.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"

namespace ha {

/// Column name to value; SQL NULL is nullopt. Names as the server gives them.
using MysqlRow = std::map<std::string, std::optional<std::string>, std::less<>>;

class MysqlClient {
 public:
  /// Connects and logs in. Error::code is the server's or the client library's error number;
  /// ErrorKind::answered when the server itself refused (1045, 1040 …), config when it is there and
  /// its TLS or its authentication plugin does not fit ours, unreachable otherwise.
  /// `statement_timeout` bounds each read from the server; rounded up to whole seconds.
  static Result<MysqlClient> connect(const MysqlEndpoint& endpoint, Millis connect_timeout,
                                     Millis statement_timeout);

  MysqlClient(MysqlClient&&) noexcept;
  MysqlClient& operator=(MysqlClient&&) noexcept;
  ~MysqlClient();

  /// Runs one statement and returns its rows (none for a statement without a result set).
  /// ErrorKind::answered with the server's error number, or unreachable/timeout when the connection
  /// broke.
  Result<std::vector<MysqlRow>> query(std::string_view sql);
  /// The same for a statement whose rows do not matter.
  Status exec(std::string_view sql);
  /// First column of the first row; nullopt for no row or NULL.
  Result<std::optional<std::string>> scalar(std::string_view sql);
  /// `text` quoted and escaped for use as an SQL string literal.
  std::string quote(std::string_view text);

  bool is_mariadb() const { return mariadb_; }
  /// 80046 for 8.0.46, 101119 for MariaDB 10.11.19.
  unsigned long version() const { return version_; }
  const std::string& version_text() const { return version_text_; }
  unsigned long connection_id() const;

 private:
  struct Impl;
  explicit MysqlClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  bool mariadb_ = false;
  unsigned long version_ = 0;
  std::string version_text_;
};

/// The server is alive, lets others in perhaps, and us not (MySQL 8.4 and MariaDB 10.11 server
/// error messages).
bool mysql_error_means_alive(int code);

}  // namespace ha
