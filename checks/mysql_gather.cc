#include "agent/mysql_client.h"
#include "checks/mysql.h"

namespace ha {

Result<MysqlFacts> probe_mysql_facts(const MysqlEndpoint& endpoint, Deadline deadline, Stage& stage,
                                     const MysqlAsk& ask) {
  stage.at("connecting");
  auto client = MysqlClient::connect(endpoint, deadline.remaining(), deadline.remaining());
  if (!client) return tl::unexpected<Error>(std::move(client.error()));
  stage.at("asking");
  return gather_mysql(*client, ask);
}

}  // namespace ha
