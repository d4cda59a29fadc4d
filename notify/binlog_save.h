// Keeps the binary logs that hold errant transactions, before anybody rebuilds the server or purges
// them: copies below errant_dir, one folder for each set of transactions, with a text that says
// what they are. Nothing is copied twice, and nothing on the server is changed.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/error.h"
#include "agent/mysql_client.h"

namespace ha {

struct BinaryLog {
  std::string name;  ///< "binlog.000042"
  std::uint64_t size = 0;
  std::string before;  ///< GTIDs in the logs before this one: Previous_gtids, or Gtid_list
};

/// Index of the first log that can hold a transaction which `other` lacks; all before it hold none.
/// Pure. `logs` oldest first.
std::size_t first_errant_log(const std::vector<BinaryLog>& logs, const std::string& other,
                             bool mariadb);

struct SaveRequest {
  std::string errant;      ///< the transactions; may be empty when they cannot be named
  std::string other;       ///< what the peer holds
  std::string folder;      ///< of this resource, below errant_dir
  std::string about;       ///< the text beside the copies
  bool by_socket = false;  ///< the server is on this host for certain
};

struct SavedLogs {
  std::string folder;              ///< where they are, or should be
  std::vector<std::string> files;  ///< which, oldest first; paths on the server's host
  bool copied = false;             ///< false: identical copies were there already
  std::string trouble;             ///< why they could not be saved; empty: they are
  std::string command;             ///< to save them by hand
};

/// An Error is the connection's; everything else is in `trouble`.
Result<SavedLogs> save_errant_logs(MysqlClient& client, const SaveRequest& request,
                                   const std::function<bool()>& go_on);

}  // namespace ha
