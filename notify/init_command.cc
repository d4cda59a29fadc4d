#include "notify/init_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <filesystem>

#include "agent/atomic_file.h"
#include "agent/text.h"
#include "notify/init_ask.h"
#include "notify/init_find.h"
#include "notify/init_install.h"
#include "notify/init_secrets.h"
#include "notify/init_talk.h"
#include "notify/init_write.h"

namespace ha {
namespace {

namespace fs = std::filesystem;

std::string databases_text(const InitMysql& mysql) {
  if (!mysql.databases) return "whether it holds databases is not known: only root may see it";
  if (mysql.databases->empty()) return "no databases yet";
  return fmt::format("databases: {}", fmt::join(*mysql.databases, ", "));
}

void tell_found(const InitFound& found, const std::string& keepalived_conf) {
  const InitPair& pair = found.pair;
  if (pair.mysql) {
    fmt::print("found: {} {} at {}; {}\n", pair.mysql->mariadb ? "MariaDB" : "MySQL",
               pair.mysql->version, pair.mysql->socket, databases_text(*pair.mysql));
  }
  if (pair.redis) {
    fmt::print("found: Redis or Valkey {} at 127.0.0.1:{}\n", pair.redis->version,
               pair.redis->port);
  }
  if (!pair.vip.empty()) {
    fmt::print("found: {}: {}, VIP {}, virtual_router_id {}\n", keepalived_conf, pair.instance,
               pair.vip, pair.router_id);
  }
  for (const std::string& remark : found.remarks) fmt::print("note: {}\n", remark);
}

ExitCode make_pair(const InitWords& words) {
  InitWhere where;
  const bool with_mysql = words.mysql != "no";
  const bool with_redis = words.redis != "no";
  if (!with_mysql) where.mysql_sockets.clear();
  if (with_mysql && !words.mysql.empty()) where.mysql_sockets = {words.mysql};
  if (with_redis && !words.redis.empty()) {
    const char* const end = words.redis.data() + words.redis.size();
    const auto parsed = std::from_chars(words.redis.data(), end, where.redis_port);
    if (parsed.ec != std::errc{} || parsed.ptr != end || where.redis_port < 1 ||
        where.redis_port > 65535) {
      return refuse(
          {"--redis: expected a port of this machine or no, got " + in_quotes(words.redis)},
          ExitCode::usage);
    }
  }
  where.redis_password = owner_password(words);
  if (!words.redis_password_file.empty() && where.redis_password.empty()) {
    return refuse(
        {"--redis-password-file: expected a file with a password in its first line, got " +
         in_quotes(words.redis_password_file)},
        ExitCode::usage);
  }
  if (!with_redis) where.redis_port = 0;
  InitFound found = find_pair(where);
  InitPair& pair = found.pair;
  pair.secrets.redis_owner = where.redis_password;
  tell_found(found, where.keepalived_conf);
  if (with_mysql && !words.mysql.empty() && !pair.mysql) {
    return refuse({"--mysql: no MySQL or MariaDB answers at " + words.mysql}, ExitCode::no);
  }
  if (with_redis && !words.redis.empty() && !pair.redis) {
    return refuse({"--redis: no Redis that could be used answers at 127.0.0.1:" + words.redis},
                  ExitCode::no);
  }
  if (words.yes && words.peer.find('=') == std::string::npos && pair.nodes[1].name.empty()) {
    return refuse({"--yes asks nothing, so --peer NAME=ADDRESS is needed: the other node, such as "
                   "--peer db2=192.0.2.12"},
                  ExitCode::usage);
  }

  const auto wrong = ask_about(words, pair);
  if (!wrong) {
    return refuse(
        {"the input ended before everything was said; nothing was written (--yes asks nothing)"},
        ExitCode::usage);
  }
  if (const auto faults = faults_of(pair); !wrong->empty() || !faults.empty()) {
    return refuse(wrong->empty() ? faults : *wrong, ExitCode::usage);
  }
  if (auto taken = take_secrets(words, pair); !taken) return refuse(taken.error());

  if (auto made = make_dir(words.out, 0700); !made) return refuse(made.error());
  for (std::size_t node = 0; node < pair.nodes.size(); ++node) {
    for (const InitFile& file : node_files(pair, node)) {
      const std::string path = words.out + "/" + file.path;
      const auto done =
          put_file({path, file.content, file.mode, std::nullopt, is_secret_file(path), {}, false},
                   agreement(words.yes));
      if (!done) return refuse(done.error());
      tell_put(*done, path);
    }
  }
  const std::string folder = fs::path(words.out).filename().string();
  fmt::print(
      "\nBoth nodes' files are there, passwords among them. Look at them, then:\n"
      "  1. on {0}:  sudo ha-agent init --install {2}\n"
      "  2. bring the folder to {1} (scp -r {2} {3}:), and there:  sudo ha-agent init --install "
      "{4}\n"
      "  3. first on {0}, then on {1}:  sudo sh {4}/NODE/setup.sh\n"
      "  4. first on {0}, then on {1}:  sudo systemctl restart ha-agent-watch keepalived\n",
      pair.nodes[0].name, pair.nodes[1].name, words.out, pair.nodes[1].address, folder);
  return ExitCode::ok;
}

}  // namespace

ExitCode init_command(const InitWords& words) {
  return words.install.empty() ? make_pair(words) : install_node(words);
}

}  // namespace ha
