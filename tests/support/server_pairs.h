// This node's MySQL and Redis servers and the peer's, and the sections that name them.
#pragma once
#include <string>

#include "tests/support/agent.h"

namespace ha::test {

struct ServerPairs {
  MariaDb own{semi_sync_args()};
  MariaDb peer{semi_sync_args()};
  Redis own_redis;
  Redis peer_redis;

  std::string sections() const {
    return mysql_section(own, "peer_host = 127.0.0.1\npeer_port = " + std::to_string(peer.port()) +
                                  "\nreplication_user = repl\nreplication_password = repl\n") +
           redis_section(own_redis, &peer_redis);
  }
};

}  // namespace ha::test
