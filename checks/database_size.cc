#include "checks/database_size.h"

#include <charconv>

#include "agent/mysql_client.h"

namespace ha {

Result<std::int64_t> ask_database_size(const MysqlEndpoint& endpoint, Deadline deadline) {
  auto client = MysqlClient::connect(endpoint, deadline.remaining(), deadline.remaining());
  if (!client) return tl::unexpected<Error>(std::move(client.error()));
  auto sum = client->scalar(client->is_mariadb() ? "SELECT SUM(FILE_SIZE) FROM "
                                                   "information_schema.INNODB_SYS_TABLESPACES"
                                                 : "SELECT SUM(FILE_SIZE) FROM "
                                                   "information_schema.INNODB_TABLESPACES");
  if (!sum) return tl::unexpected<Error>(std::move(sum.error()));
  std::int64_t bytes = 0;
  const std::string text = sum->value_or("");
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc{}) return fail("the server does not tell the size of its tablespaces");
  return bytes;
}

}  // namespace ha
