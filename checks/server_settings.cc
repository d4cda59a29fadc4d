#include "checks/server_settings.h"

#include <utility>

#include "agent/bounded.h"

namespace ha {
namespace {

Result<MysqlSettings> ask(const MysqlEndpoint& server, Deadline deadline) {
  auto client = MysqlClient::connect(server, deadline.remaining(), deadline.remaining());
  if (!client) return tl::unexpected<Error>(std::move(client.error()));
  return gather_settings(*client);
}

}  // namespace

std::vector<ServerSettings> ask_settings(const Config& config, Deadline deadline) {
  std::vector<ServerSettings> all;
  for (const MysqlConfig& mysql : config.mysql) {
    ServerSettings& one = all.emplace_back();
    one.resource = "mysql " + mysql.name;
    const auto answer =
        run_bounded(deadline, [server = mysql.server, deadline] { return ask(server, deadline); });
    if (!answer) {
      one.trouble = "no answer within the deadline";
    } else if (!*answer) {
      one.trouble = answer->error().message;
    } else {
      const LockConfig* const lock = config.the_lock();
      one.remarks = lock == nullptr ? judge_settings(**answer, config.agent.isolation_timeout)
                                    : judge_settings(**answer, lock->ttl, "ttl");
    }
  }
  return all;
}

}  // namespace ha
