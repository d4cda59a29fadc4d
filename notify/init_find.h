// What `ha-agent init` finds on this node by itself, as the values to begin with. It reads,
// connects to the servers here, and changes nothing. Blocks for a few seconds at most.
#pragma once
#include <string>

#include "notify/init_pair.h"

namespace ha {

/// What a person may have to hear about what was found or not found.
struct InitFound {
  InitPair pair;
  std::vector<Sentence> remarks;
};

struct InitWhere {
  std::string keepalived_conf = "/etc/keepalived/keepalived.conf";
  std::vector<std::string> mysql_sockets = {"/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock",
                                            "/tmp/mysql.sock"};
  int redis_port = 6379;  ///< 0: no Redis
  /// Of Redis' default user, where it asks for one.
  std::string redis_password;
};

InitFound find_pair(const InitWhere& where);

/// Whether an interface of this machine has this IPv4 address.
bool is_local_address(const std::string& address);

/// The version that a MySQL or MariaDB server says in its first packet, before any login; empty:
/// there is none at this socket. (MySQL internals manual, Protocol::HandshakeV10)
std::string mysql_greeting(const std::string& socket);

/// The default gateway of /proc/net/route; empty: there is none.
std::string default_gateway(const std::string& routes);

}  // namespace ha
