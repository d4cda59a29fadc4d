// What `ha-agent init` knows of a pair, and the files and commands it makes of that. Pure.
// Sources of what the servers need: README, "Two nodes, step by step".
#pragma once
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/texts.h"

namespace ha {

/// How the commands for Redis begin; the password of its default user follows.
constexpr std::string_view kRedisAuth = "AUTH default ";

struct InitNode {
  std::string name;
  std::string address;  ///< IPv4, where the other node reaches it
  std::string interface;
};

struct InitMysql {
  std::string socket;
  bool mariadb = true;
  std::string version;
  int port = 3306;
  std::string settings_file;  ///< the drop-in of its configuration
  /// Databases that are not the server's own; nullopt when it did not say.
  std::optional<std::vector<std::string>> databases;
};

struct InitRedis {
  int port = 6379;
  std::string version;
  bool acl_file = false;  ///< users are kept in a file of their own, by ACL SAVE
};

struct InitSecrets {
  std::string mysql;  ///< of ha_agent
  std::string replication;
  std::string redis;        ///< of ha_agent
  std::string redis_owner;  ///< of Redis' default user
};

struct InitPair {
  Lang lang = Lang::en;           ///< of ha-agent's screens and alerts
  std::array<InitNode, 2> nodes;  ///< the first one is MASTER at the first start
  std::string vip;
  int prefix = 24;
  int router_id = 51;
  std::string instance = "VI_1";
  std::vector<std::string> authentication;  ///< lines of a block that an older configuration has
  std::optional<InitMysql> mysql;
  std::optional<InitRedis> redis;
  std::string http_url;  ///< empty: none
  std::string unit;      ///< empty: none
  std::string witness;   ///< host that answers a ping; empty: none
  InitSecrets secrets;
};

struct InitFile {
  std::string path;  ///< below the folder of the pair
  std::string content;
  mode_t mode = 0600;
};

/// What a fault is about: the answer to be given again. `all`: no single one.
enum class InitPart {
  name,
  address,
  interface,
  peer_name,
  peer_address,
  peer_interface,
  vip,
  router_id,
  http,
  unit,
  witness,
  all,
};

struct InitFault {
  InitPart part;
  Sentence what;
};

/// Everything that is wrong with what was said; empty: nothing.
std::vector<InitFault> faults_of(const InitPair& pair);

/// The files of one node: those below "<name>/etc" belong at the same place on that node; beside
/// them lie "<name>/setup.sh" and what it gives to the servers.
std::vector<InitFile> node_files(const InitPair& pair, std::size_t node);

std::string init_agent_conf(const InitPair& pair, std::size_t node);
std::string init_keepalived_conf(const InitPair& pair, std::size_t node);
std::string init_mysql_settings(const InitPair& pair, std::size_t node);
std::string init_accounts(const InitPair& pair);
std::string init_follow(const InitPair& pair, std::size_t node);
std::string init_redis_commands(const InitPair& pair, std::size_t node);
std::string init_setup(const InitPair& pair, std::size_t node);

bool is_ipv4(const std::string& text);
/// "192.0.2.100/24"; the prefix is `otherwise` where none is given. nullopt: it is neither.
std::optional<std::pair<std::string, int>> parse_vip(std::string_view text, int otherwise);

}  // namespace ha
