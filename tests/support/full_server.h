// A server that has no connection left, for root neither; who is in goes on.
#pragma once
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/mariadb.h"

namespace ha::test {

class Full {
 public:
  /// Opens connections until the server lets nobody in any more; they end with this object.
  explicit Full(const MariaDb& server) {
    constexpr int kTooMany = 1040;
    server.sql("SET GLOBAL max_connections = 10");
    for (;;) {
      auto client = MysqlClient::connect(server.by_socket(), Millis{5000}, Millis{5000});
      if (!client && client.error().code == kTooMany) return;
      if (!client) throw std::runtime_error(client.error().message);
      held_.push_back(std::move(*client));
    }
  }
  /// How many it has turned away.
  int refused() {
    auto rows = held_.front().query("SHOW GLOBAL STATUS LIKE 'Connection_errors_max_connections'");
    if (!rows) throw std::runtime_error(rows.error().message);
    return std::stoi(rows->at(0).at("Value").value_or("0"));
  }

 private:
  std::vector<MysqlClient> held_;
};

}  // namespace ha::test
