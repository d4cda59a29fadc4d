#include <arpa/inet.h>
#include <fmt/format.h>

#include "agent/config_example.h"
#include "agent/text.h"
#include "notify/init_pair.h"

namespace ha {
namespace {

const InitNode& other(const InitPair& pair, std::size_t node) {
  return pair.nodes[1 - node];
}

/// The last part of the address, as people do; where both nodes would get the same, 1 and 2.
unsigned server_id(const InitPair& pair, std::size_t node) {
  const auto last = [](const InitNode& one) {
    in_addr address{};
    ::inet_pton(AF_INET, one.address.c_str(), &address);
    return ntohl(address.s_addr) & 0xffU;
  };
  const unsigned own = last(pair.nodes[node]);
  if (own == 0 || own == last(other(pair, node))) return static_cast<unsigned>(node) + 1;
  return own;
}

/// The first word of a line.
std::string_view keyword(std::string_view line) {
  line = trimmed(line);
  return line.substr(0, line.find_first_of(" \t"));
}

std::string with_indent_of(std::string_view line, const std::string& text) {
  return std::string(line.substr(0, line.find_first_not_of(" \t"))) + text;
}

}  // namespace

std::string init_agent_conf(const InitPair& pair, std::size_t node) {
  const std::string& peer = other(pair, node).address;
  std::string text = fmt::format(
      "# /etc/ha-agent/ha-agent.conf of {}. Every key: ha-agent.conf(5); what may be changed "
      "without being named\n"
      "# here: `ha-agent config example`; what holds: `ha-agent config show`.\n\n"
      "[agent]\nnode = {}\nvip = {}\nyield_file = /run/ha-agent/yield\n",
      pair.nodes[node].name, pair.nodes[node].name, pair.vip);
  if (pair.lang == Lang::zh_cn) text += "lang = zh-CN\n";
  if (!pair.http_url.empty()) {
    text += fmt::format("\n[http api]\nurl = {}\n", pair.http_url);
  }
  if (pair.mysql) {
    text += fmt::format(
        "\n[mysql main]\nsocket = {}\nuser = ha_agent\npassword_file = "
        "/etc/ha-agent/mysql.password\n"
        "peer_host = {}\n",
        pair.mysql->socket, peer);
    if (pair.mysql->port != 3306) text += fmt::format("peer_port = {}\n", pair.mysql->port);
    text += "replication_user = repl\nreplication_password_file = /etc/ha-agent/repl.password\n";
  }
  if (pair.redis) {
    text += "\n[redis cache]\n";
    if (pair.redis->port != 6379)
      text += fmt::format("port = {0}\npeer_port = {0}\n", pair.redis->port);
    text += fmt::format(
        "username = ha_agent\npassword_file = /etc/ha-agent/redis.password\npeer_host = {}\n",
        peer);
  }
  if (!pair.unit.empty()) {
    text += fmt::format("\n[unit service]\nunit = {}\non_master = start\non_backup = stop\n",
                        pair.unit);
  }
  if (!pair.witness.empty()) {
    text += fmt::format(
        "\n# Without it a node that is cut off cannot tell that from the death of the other one.\n"
        "[witness outside]\ntype = ping\nhost = {}\n",
        pair.witness);
  }
  text +=
      "\n# Whom to tell; `ha-agent alerts test ops` tries it.\n#[webhook ops]\n#format = text\n"
      "#url_file = /etc/ha-agent/ops.url\n";
  return text;
}

std::string init_keepalived_conf(const InitPair& pair, std::size_t node) {
  std::string text;
  std::string_view rest = keepalived_example;
  std::string_view block;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const std::string_view word = keyword(line);
    std::string made(line);
    if (word == "#" && line.find("of node A") != std::string_view::npos) {
      made = fmt::format(
          "# keepalived.conf of {}. {}'s differs in router_id, priority and the two addresses.",
          pair.nodes[node].name, other(pair, node).name);
    } else if (word == "router_id") {
      made = with_indent_of(line, "router_id " + pair.nodes[node].name);
    } else if (word == "vrrp_instance") {
      made = fmt::format("vrrp_instance {} {{", pair.instance);
    } else if (word == "interface") {
      made = with_indent_of(line, "interface " + pair.nodes[node].interface);
    } else if (word == "virtual_router_id") {
      made = with_indent_of(line, fmt::format("virtual_router_id {}", pair.router_id));
    } else if (word == "priority") {
      made = with_indent_of(line, node == 0 ? "priority 100" : "priority 90");
      for (const std::string& kept : pair.authentication) made += "\n" + with_indent_of(line, kept);
    } else if (word == "unicast_src_ip") {
      made = with_indent_of(line, "unicast_src_ip " + pair.nodes[node].address);
    } else if (block == "unicast_peer" && word != "}") {
      made = with_indent_of(line, other(pair, node).address);
    } else if (block == "virtual_ipaddress" && word != "}") {
      made = with_indent_of(line, fmt::format("{}/{}", pair.vip, pair.prefix));
    }
    if (word == "unicast_peer" || word == "virtual_ipaddress" || word == "}") block = word;
    text += made + "\n";
  }
  return text;
}

std::string init_mysql_settings(const InitPair& pair, std::size_t node) {
  const unsigned id = server_id(pair, node);
  if (pair.mysql->mariadb) {
    return fmt::format(
        "# Made for ha-agent: README, \"MariaDB or MySQL\", says what each line is for.\n"
        "[mariadbd]\n"
        "server_id                             = {}\n"
        "bind_address                          = 0.0.0.0\n"
        "skip_name_resolve                     = ON\n"
        "read_only                             = ON\n"
        "log_bin                               = binlog\n"
        "log_slave_updates                     = ON\n"
        "gtid_strict_mode                      = ON\n"
        "sync_binlog                           = 1\n"
        "innodb_flush_log_at_trx_commit        = 1\n"
        "rpl_semi_sync_master_enabled          = ON\n"
        "rpl_semi_sync_slave_enabled           = ON\n"
        "rpl_semi_sync_master_wait_point       = AFTER_SYNC\n"
        "rpl_semi_sync_master_timeout          = 10000\n"
        "rpl_semi_sync_slave_kill_conn_timeout = 1\n"
        "init_rpl_role                         = SLAVE\n",
        id);
  }
  return fmt::format(
      "# Made for ha-agent: README, \"MariaDB or MySQL\", says what each line is for.\n"
      "[mysqld]\n"
      "server_id                             = {}\n"
      "bind_address                          = 0.0.0.0\n"
      "skip_name_resolve                     = ON\n"
      "read_only                             = ON\n"
      "super_read_only                       = ON\n"
      "log_bin                               = binlog\n"
      "log_replica_updates                   = ON\n"
      "gtid_mode                             = ON\n"
      "enforce_gtid_consistency              = ON\n"
      "plugin_load_add                       = semisync_source.so\n"
      "plugin_load_add                       = semisync_replica.so\n"
      "loose_rpl_semi_sync_source_enabled    = ON\n"
      "loose_rpl_semi_sync_replica_enabled   = ON\n"
      "loose_rpl_semi_sync_source_timeout    = 10000\n",
      id);
}

std::string init_accounts(const InitPair& pair) {
  const std::string grants =
      pair.mysql->mariadb
          ? "REPLICA MONITOR, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, BINLOG MONITOR,\n"
            "  READ_ONLY ADMIN, CONNECTION ADMIN, RELOAD, PROCESS"
          : "REPLICATION CLIENT, REPLICATION SLAVE, REPLICATION_SLAVE_ADMIN,\n"
            "  SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN, PROCESS, RELOAD";
  std::string text =
      "-- The accounts of ha-agent and of replication, with the privileges that they need and none "
      "on your data.\n"
      "-- Both nodes get them through replication.\n";
  if (!pair.mysql->mariadb) text += "SET GLOBAL super_read_only = OFF;\n";
  const auto account = [&](const std::string& name, const std::string& host,
                           const std::string& password, const std::string& privileges) {
    text += fmt::format(
        "CREATE USER IF NOT EXISTS {0}@'{1}';\nALTER USER {0}@'{1}' IDENTIFIED BY '{2}';\n"
        "GRANT {3} ON *.* TO {0}@'{1}';\n",
        name, host, password, privileges);
  };
  account("ha_agent", "localhost", pair.secrets.mysql, grants);
  for (const InitNode& node : pair.nodes) {
    account("ha_agent", node.address, pair.secrets.mysql, grants);
    account("repl", node.address, pair.secrets.replication, "REPLICATION SLAVE");
  }
  if (!pair.mysql->mariadb) text += "SET GLOBAL super_read_only = ON;\n";
  return text;
}

std::string init_follow(const InitPair& pair, std::size_t node) {
  const InitNode& source = other(pair, node);
  if (pair.mysql->mariadb) {
    return fmt::format(
        "CHANGE MASTER TO MASTER_HOST='{}', MASTER_PORT={}, MASTER_USER='repl', "
        "MASTER_PASSWORD='{}',\n"
        "  MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1;\nSTART SLAVE;\n",
        source.address, pair.mysql->port, pair.secrets.replication);
  }
  return fmt::format(
      "CHANGE REPLICATION SOURCE TO SOURCE_HOST='{}', SOURCE_PORT={}, SOURCE_USER='repl',\n"
      "  SOURCE_PASSWORD='{}', SOURCE_AUTO_POSITION=1, SOURCE_SSL=1, "
      "SOURCE_CONNECT_RETRY=1;\nSTART REPLICA;\n",
      source.address, pair.mysql->port, pair.secrets.replication);
}

std::string init_redis_commands(const InitPair& pair, std::size_t node) {
  // With two words AUTH is answered by OK also where the default user has no password yet.
  std::string text = fmt::format(
      "{2}{0}\n"
      "CONFIG SET bind 0.0.0.0\n"
      "CONFIG SET masterauth {0}\n"
      "CONFIG SET appendonly yes\n"
      "CONFIG SET repl-backlog-size 64mb\n"
      "ACL SETUSER ha_agent reset on >{1} -@all +info +role +replicaof +multi +exec +config|get "
      "+config|set "
      "+config|rewrite +client|kill +bgsave\n"
      "CONFIG SET requirepass {0}\n",
      pair.secrets.redis_owner, pair.secrets.redis, kRedisAuth);
  if (pair.redis->acl_file) text += "ACL SAVE\n";
  if (node == 1) {
    text += fmt::format("REPLICAOF {} {}\n", pair.nodes[0].address, pair.redis->port);
  }
  text += "CONFIG REWRITE\n";
  return text;
}

std::vector<InitFile> node_files(const InitPair& pair, std::size_t node) {
  const std::string base = pair.nodes[node].name + "/";
  const std::string conf = base + "etc/ha-agent/";
  std::vector<InitFile> files;
  files.push_back({conf + "ha-agent.conf", init_agent_conf(pair, node), 0640});
  files.push_back(
      {base + "etc/keepalived/keepalived.conf", init_keepalived_conf(pair, node), 0640});
  if (pair.mysql) {
    files.push_back({conf + "mysql.password", pair.secrets.mysql + "\n", 0640});
    files.push_back({conf + "repl.password", pair.secrets.replication + "\n", 0640});
    files.push_back(
        {base + pair.mysql->settings_file.substr(1), init_mysql_settings(pair, node), 0644});
    if (node == 0) {
      files.push_back({base + "accounts.sql", init_accounts(pair), 0600});
    } else {
      files.push_back({base + "follow.sql", init_follow(pair, node), 0600});
    }
  }
  if (pair.redis) {
    files.push_back({conf + "redis.password", pair.secrets.redis + "\n", 0640});
    files.push_back({base + "redis.commands", init_redis_commands(pair, node), 0600});
  }
  files.push_back({base + "setup.sh", init_setup(pair, node), 0700});
  return files;
}

}  // namespace ha
