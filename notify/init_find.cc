#include "notify/init_find.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#include "agent/atomic_file.h"
#include "agent/deadline.h"
#include "agent/fd.h"
#include "agent/handle.h"
#include "agent/keepalived_conf.h"
#include "agent/mysql_client.h"
#include "agent/redis_client.h"
#include "agent/tcp.h"
#include "agent/text.h"

namespace ha {
namespace {

constexpr Millis kPatience{2000};

struct LocalAddress {
  std::string interface;
  std::string address;
  int prefix = 24;
};

std::vector<LocalAddress> local_addresses() {
  std::vector<LocalAddress> found;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return found;
  const Handle<ifaddrs, freeifaddrs> owner(list);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    if ((entry->ifa_flags & IFF_LOOPBACK) != 0 || (entry->ifa_flags & IFF_UP) == 0) continue;
    const auto address_of = [](const sockaddr* from) {
      sockaddr_in internet{};
      std::memcpy(&internet, from, sizeof internet);
      return internet.sin_addr;
    };
    const in_addr address = address_of(entry->ifa_addr);
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &address, text.data(), text.size());
    const int prefix =
        entry->ifa_netmask == nullptr ? 24 : std::popcount(address_of(entry->ifa_netmask).s_addr);
    found.push_back({entry->ifa_name, text.data(), prefix});
  }
  return found;
}

std::string route_interface(const std::string& routes) {
  for (const std::string_view line : split(routes, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() > 2 && fields[1] == "00000000") return std::string(fields[0]);
  }
  return {};
}

void take_keepalived(const std::string& path, InitFound& found) {
  if (::access(path.c_str(), F_OK) != 0) return;
  const KeepalivedConf conf = read_keepalived_conf(path, default_config_id());
  const auto instances = conf.root.all("vrrp_instance");
  const bool virtual_servers = conf.root.has("virtual_server");
  if (instances.size() > 1 || virtual_servers) {
    std::string seen = fmt::format("{} vrrp_instance", instances.size());
    if (virtual_servers) seen += " + virtual_server";
    found.remarks.push_back({Text::init_several_instances, {{"path", path}, {"seen", seen}}});
  }
  if (instances.empty()) return;
  const KeepalivedNode& instance = *instances.front();
  InitPair& pair = found.pair;
  const auto value = [&](std::string_view keyword) -> std::string {
    const KeepalivedNode* const node = instance.child(keyword);
    return node == nullptr ? "" : node->word(1);
  };
  if (!instance.word(1).empty()) pair.instance = instance.word(1);
  pair.nodes[0].interface = value("interface");
  pair.nodes[1].interface = value("interface");
  pair.nodes[0].address = value("unicast_src_ip");
  const std::string router = value("virtual_router_id");
  std::from_chars(router.data(), router.data() + router.size(), pair.router_id);
  const auto first_in = [&](std::string_view keyword) -> std::string {
    const KeepalivedNode* const block = instance.child(keyword);
    return block == nullptr || block->children.empty() ? "" : block->children.front().word(0);
  };
  pair.nodes[1].address = first_in("unicast_peer");
  if (const std::string vip = first_in("virtual_ipaddress"); !vip.empty()) {
    if (const auto parsed = parse_vip(vip, 32)) {
      pair.vip = parsed->first;
      pair.prefix = parsed->second;
    }
  }
  if (const KeepalivedNode* const block = instance.child("authentication"); block != nullptr) {
    pair.authentication.emplace_back("authentication {");
    for (const KeepalivedNode& line : block->children) {
      std::string text = "    ";
      for (const std::string& word : line.words) text += (text.size() > 4 ? " " : "") + word;
      pair.authentication.push_back(text);
    }
    pair.authentication.emplace_back("}");
  }
}

void take_network(InitPair& pair) {
  const std::string routes = read_file("/proc/net/route").value_or("");
  const auto addresses = local_addresses();
  std::string wanted = pair.nodes[0].interface;
  if (wanted.empty()) wanted = route_interface(routes);
  const auto fits = [&](const LocalAddress& one) {
    if (one.address == pair.vip) return false;
    if (!pair.nodes[0].address.empty()) return one.address == pair.nodes[0].address;
    return wanted.empty() || one.interface == wanted;
  };
  for (const LocalAddress& one : addresses) {
    if (!fits(one)) continue;
    for (InitNode& node : pair.nodes) {
      if (node.interface.empty()) node.interface = one.interface;
    }
    pair.nodes[0].address = one.address;
    if (pair.vip.empty()) pair.prefix = one.prefix;
    break;
  }
  pair.witness = default_gateway(routes);
}

std::string settings_file(bool mariadb) {
  const auto is_folder = [](const char* path) {
    struct stat st {};
    return ::stat(path, &st) == 0 && S_ISDIR(st.st_mode);
  };
  if (mariadb && is_folder("/etc/mysql/mariadb.conf.d"))
    return "/etc/mysql/mariadb.conf.d/60-ha.cnf";
  if (!mariadb && is_folder("/etc/mysql/mysql.conf.d")) return "/etc/mysql/mysql.conf.d/ha.cnf";
  if (is_folder("/etc/my.cnf.d")) return "/etc/my.cnf.d/ha.cnf";
  return "/etc/mysql/conf.d/ha.cnf";
}

/// What only an administrator of the server may see.
void ask_as_root(InitMysql& mysql) {
  MysqlEndpoint endpoint;
  endpoint.socket = mysql.socket;
  endpoint.user = "root";
  auto client = MysqlClient::connect(endpoint, kPatience, kPatience);
  if (!client) return;
  if (const auto port = client->scalar("SELECT @@port"); port && *port) {
    std::from_chars((*port)->data(), (*port)->data() + (*port)->size(), mysql.port);
  }
  const auto rows = client->query(
      "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name NOT IN "
      "('mysql', 'information_schema', 'performance_schema', 'sys') ORDER BY 1");
  if (!rows) return;
  mysql.databases.emplace();
  for (const MysqlRow& row : *rows) {
    if (const auto name = row.find("name"); name != row.end() && name->second) {
      mysql.databases->push_back(*name->second);
    }
  }
}

void take_mysql(const InitWhere& where, InitFound& found) {
  for (const std::string& socket : where.mysql_sockets) {
    const std::string version = mysql_greeting(socket);
    if (version.empty()) continue;
    InitMysql mysql;
    mysql.socket = socket;
    mysql.version = version.substr(0, version.find('-'));
    mysql.mariadb = version.find("MariaDB") != std::string::npos;
    if (mysql.mariadb && version.rfind("5.5.5-", 0) == 0) {
      mysql.version = version.substr(6, version.find('-', 6) - 6);
    }
    mysql.settings_file = settings_file(mysql.mariadb);
    ask_as_root(mysql);
    found.pair.mysql = mysql;
    return;
  }
}

void take_redis(const InitWhere& where, InitFound& found) {
  if (where.redis_port == 0) return;
  RedisEndpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = where.redis_port;
  // By its name: then a password that Redis has not been given yet is no error.
  if (!where.redis_password.empty()) endpoint.username = "default";
  endpoint.password = where.redis_password;
  const Deadline deadline = Deadline::in(kPatience);
  auto client = RedisClient::connect(endpoint, deadline);
  if (!client && client.error().kind != ErrorKind::answered) return;
  const auto info = client ? client->info("server") : tl::unexpected(client.error());
  if (!info) {
    found.remarks.push_back(
        {Text::init_redis_silent,
         {{"port", std::to_string(where.redis_port)}, {"why", info.error().message}}});
    return;
  }
  InitRedis redis;
  redis.port = where.redis_port;
  if (const auto version = info->find("redis_version"); version != info->end()) {
    redis.version = version->second;
  }
  if (const auto file = client->command({"CONFIG", "GET", "aclfile"}); file) {
    redis.acl_file = file->elements.size() > 1 && !file->elements[1].text.empty();
  }
  int major = 0;
  std::from_chars(redis.version.data(), redis.version.data() + redis.version.size(), major);
  if (major < 6) {
    found.remarks.push_back({Text::init_redis_old, {{"version", redis.version}}});
    return;
  }
  found.pair.redis = redis;
}

}  // namespace

bool is_local_address(const std::string& address) {
  const auto all = local_addresses();
  return std::any_of(all.begin(), all.end(),
                     [&](const LocalAddress& one) { return one.address == address; });
}

std::string mysql_greeting(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return {};
  std::memcpy(address.sun_path, socket.data(), socket.size());
  const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0 ||
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      !ready(fd.get(), POLLIN, Deadline::in(kPatience))) {
    return {};
  }
  // Three bytes of length, one of sequence, the protocol's number 10, and the version up to a zero.
  std::array<char, 256> packet{};
  const ssize_t got = ::recv(fd.get(), packet.data(), packet.size() - 1, 0);
  if (got < 6 || packet[4] != 10) return {};
  return std::string(packet.data() + 5);
}

std::string default_gateway(const std::string& routes) {
  for (const std::string_view line : split(routes, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() < 3 || fields[1] != "00000000") continue;
    in_addr address{};
    const auto parsed =
        std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), address.s_addr, 16);
    if (parsed.ec != std::errc{} || address.s_addr == 0) continue;
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &address, text.data(), text.size());
    return text.data();
  }
  return {};
}

InitFound find_pair(const InitWhere& where) {
  InitFound found;
  found.pair.nodes[0].name = default_config_id();
  take_keepalived(where.keepalived_conf, found);
  take_network(found.pair);
  take_mysql(where, found);
  take_redis(where, found);
  return found;
}

}  // namespace ha
