#include "notify/init_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <filesystem>
#include <utility>
#include <vector>

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

Sentence databases_of(const InitMysql& mysql) {
  if (!mysql.databases) return Text::init_databases_unknown;
  if (mysql.databases->empty()) return Text::init_databases_none;
  return {Text::init_databases, {{"names", fmt::format("{}", fmt::join(*mysql.databases, ", "))}}};
}

void tell_found(const InitFound& found, const std::string& keepalived_conf, Lang lang) {
  const InitPair& pair = found.pair;
  const auto tell = [lang](const Sentence& sentence) { fmt::print("{}\n", say(lang, sentence)); };
  if (pair.mysql) {
    tell({Text::init_found_mysql,
          {{"kind", pair.mysql->mariadb ? "MariaDB" : "MySQL"},
           {"version", pair.mysql->version},
           {"socket", pair.mysql->socket},
           {"databases", say(lang, databases_of(*pair.mysql))}}});
  }
  if (pair.redis) {
    tell({Text::init_found_redis,
          {{"version", pair.redis->version}, {"port", std::to_string(pair.redis->port)}}});
  }
  if (!pair.vip.empty()) {
    tell({Text::init_found_conf,
          {{"path", keepalived_conf},
           {"instance", pair.instance},
           {"vip", pair.vip},
           {"router_id", std::to_string(pair.router_id)}}});
  }
  for (const Sentence& remark : found.remarks) {
    tell({Text::init_note, {{"remark", say(lang, remark)}}});
  }
}

std::vector<std::string> said(Lang lang, const std::vector<Sentence>& sentences) {
  std::vector<std::string> all;
  all.reserve(sentences.size());
  for (const Sentence& sentence : sentences) all.push_back(say(lang, sentence));
  return all;
}

ExitCode make_pair(const InitWords& words) {
  const Lang lang = init_lang(words.lang);
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
  pair.lang = lang;
  pair.secrets.redis_owner = where.redis_password;
  tell_found(found, where.keepalived_conf, lang);
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
  std::vector<Sentence> faults = *wrong;
  if (faults.empty()) {
    for (InitFault& fault : faults_of(pair)) faults.push_back(std::move(fault.what));
  }
  if (!faults.empty()) return refuse(said(lang, faults), ExitCode::usage);
  if (auto taken = take_secrets(words, pair); !taken) return refuse(taken.error());

  if (auto made = make_dir(words.out, 0700); !made) return refuse(made.error());
  for (std::size_t node = 0; node < pair.nodes.size(); ++node) {
    for (const InitFile& file : node_files(pair, node)) {
      const std::string path = words.out + "/" + file.path;
      const auto done =
          put_file({path, file.content, file.mode, std::nullopt, is_secret_file(path), {}, false},
                   agreement(words.yes, lang), lang);
      if (!done) return refuse(done.error());
      tell_put(*done, path, lang);
    }
  }
  const std::string folder = fs::path(words.out).filename().string();
  fmt::print("\n{}\n",
             say(lang, Sentence(Text::init_next_steps, {{"one", pair.nodes[0].name},
                                                        {"two", pair.nodes[1].name},
                                                        {"address", pair.nodes[1].address},
                                                        {"folder", words.out},
                                                        {"name", folder}})));
  return ExitCode::ok;
}

}  // namespace

ExitCode init_command(const InitWords& given) {
  InitWords words = given;
  // A shell completes a folder with a slash at its end, and "DIR/" has no last name.
  while (words.out.size() > 1 && words.out.back() == '/') words.out.pop_back();
  return words.install.empty() ? make_pair(words) : install_node(words);
}

}  // namespace ha
