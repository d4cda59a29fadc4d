#include "agent/mysql_client.h"
#include "checks/mysql.h"

namespace ha {

Result<MysqlFacts> probe_mysql_facts(const MysqlEndpoint& endpoint, Role role, Deadline deadline,
                                     Stage& stage) {
  stage.at("connecting");
  auto client = MysqlClient::connect(endpoint, deadline.remaining(), deadline.remaining());
  if (!client) return tl::unexpected<Error>(std::move(client.error()));
  stage.at("asking");
  MysqlAsk ask;
  ask.source_status = role == Role::master;
  return gather_mysql(*client, ask);
}

}  // namespace ha
