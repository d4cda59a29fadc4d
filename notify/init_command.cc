#include "notify/init_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <grp.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>

#include "agent/atomic_file.h"
#include "agent/config.h"
#include "agent/config_command.h"
#include "agent/config_example.h"
#include "agent/crypto.h"
#include "agent/keepalived_conf.h"
#include "agent/text.h"
#include "notify/init_find.h"
#include "notify/init_write.h"

namespace ha {
namespace {

namespace fs = std::filesystem;

ExitCode refuse(const std::vector<std::string>& faults, ExitCode code) {
  for (const std::string& fault : faults) fmt::print(stderr, "ha-agent: init: {}\n", fault);
  return code;
}

std::optional<std::string> answer_to(const std::string& question) {
  fmt::print("{}", question);
  std::fflush(stdout);
  std::string line;
  if (!std::getline(std::cin, line)) {
    fmt::print("\n");
    return std::nullopt;
  }
  return std::string(trimmed(line));
}

InitAgree agreement(bool yes) {
  if (yes) return [](const std::string&) { return true; };
  return [](const std::string& question) -> std::optional<bool> {
    const auto answer = answer_to(question + " [y/N] ");
    if (!answer) return std::nullopt;
    return *answer == "y" || *answer == "Y" || *answer == "yes";
  };
}

// --- what makes the pair

/// One thing to know: what is asked, where the answer goes, and what is wrong with it ("":
/// nothing).
struct Question {
  std::string text;
  std::string value;  ///< what holds when nothing is said
  std::function<std::string(const std::string&)> take;
  bool asked = true;  ///< false: it stands on the command line

  std::string text_with_value() const {
    return value.empty() ? text + ": " : fmt::format("{} [{}]: ", text, value);
  }
};

/// What is wrong with answers that nobody can be asked about again; nullopt: the input ended.
std::optional<std::vector<std::string>> ask_all(const std::vector<Question>& questions, bool yes) {
  std::vector<std::string> faults;
  for (const Question& question : questions) {
    if (yes || !question.asked) {
      if (const std::string fault = question.take(question.value); !fault.empty())
        faults.push_back(fault);
      continue;
    }
    for (;;) {
      const auto answer = answer_to(question.text_with_value());
      if (!answer) return std::nullopt;
      const std::string fault = question.take(answer->empty() ? question.value : *answer);
      if (fault.empty()) break;
      fmt::print("  {}\n", fault);
    }
  }
  return faults;
}

/// Those faults of the pair that are about this answer.
std::string fault_about(const InitPair& pair, std::string_view part) {
  for (const std::string& fault : faults_of(pair)) {
    if (fault.rfind(part, 0) == 0) return fault;
  }
  return {};
}

const std::string& either(const std::string& word, const std::string& otherwise) {
  return word.empty() ? otherwise : word;
}

/// "no" is how a person says that there is none.
std::string none_or(const std::string& text) {
  return text == "no" || text == "none" ? "" : text;
}

std::vector<Question> questions_about(const InitWords& words, InitPair& pair) {
  std::vector<Question> questions;
  const auto add = [&](const std::string& text, const std::string& word, const std::string& found,
                       std::function<std::string(const std::string&)> take) {
    questions.push_back({text, either(word, found), std::move(take), word.empty()});
  };
  const auto plain = [&pair](std::string& target, std::string part) {
    return [&pair, &target, part = std::move(part)](const std::string& answer) {
      target = none_or(answer);
      return fault_about(pair, part);
    };
  };
  const auto equals = words.peer.find('=');
  const std::string peer_name = equals == std::string::npos ? "" : words.peer.substr(0, equals);
  const std::string peer_address =
      equals == std::string::npos ? words.peer : words.peer.substr(equals + 1);
  add("This node's name", words.node, pair.nodes[0].name,
      plain(pair.nodes[0].name, "this node's name"));
  add("This node's address", words.address, pair.nodes[0].address,
      plain(pair.nodes[0].address, "this node's address"));
  add("This node's interface", words.interface, pair.nodes[0].interface,
      plain(pair.nodes[0].interface, "this node's interface"));
  add("The other node's name", peer_name, pair.nodes[1].name,
      plain(pair.nodes[1].name, "the other node's name"));
  add("The other node's address", peer_address, pair.nodes[1].address,
      plain(pair.nodes[1].address, "the other node's address"));
  add("The other node's interface", words.peer_interface,
      either(words.interface, pair.nodes[1].interface),
      plain(pair.nodes[1].interface, "the other node's interface"));
  const std::string vip = pair.vip.empty() ? "" : fmt::format("{}/{}", pair.vip, pair.prefix);
  add("The VIP with its prefix", words.vip, vip,
      [&pair, prefix = pair.prefix](const std::string& answer) {
        const auto parsed = parse_vip(answer, prefix);
        if (!parsed) return "the VIP: " + parsed.error().message;
        pair.vip = parsed->first;
        pair.prefix = parsed->second;
        return fault_about(pair, "the VIP");
      });
  add("virtual_router_id, 1 to 255, one of its own in this network", words.router_id,
      std::to_string(pair.router_id), [&pair](const std::string& answer) {
        const auto parsed =
            std::from_chars(answer.data(), answer.data() + answer.size(), pair.router_id);
        if (parsed.ec != std::errc{} || parsed.ptr != answer.data() + answer.size())
          pair.router_id = -1;
        return fault_about(pair, "virtual_router_id");
      });
  add("URL of the back end to check", words.http, "no", plain(pair.http_url, "the back end"));
  add("systemd unit that runs only where the VIP is", words.unit, "no",
      plain(pair.unit, "the unit"));
  add("A third machine that answers a ping, such as the gateway", words.witness,
      either(pair.witness, "no"), plain(pair.witness, "the witness"));
  return questions;
}

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

// --- secrets

std::string first_line(const std::string& path) {
  const std::string text = read_file(path).value_or("");
  return std::string(trimmed(text.substr(0, text.find('\n'))));
}

Result<std::string> new_secret() {
  std::array<char, 20> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return fail("the kernel gives no random bytes");
  }
  return hex({bytes.data(), bytes.size()});
}

/// The password of Redis' default user: from its file, or of an earlier run; empty: not known.
std::string owner_password(const InitWords& words) {
  if (!words.redis_password_file.empty()) return first_line(words.redis_password_file);
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(words.out, code)) {
    const std::string line = first_line(entry.path().string() + "/redis.commands");
    if (line.rfind(kRedisAuth, 0) == 0) return line.substr(kRedisAuth.size());
  }
  return {};
}

/// Those of an earlier run stay: the servers may have them already.
Status take_secrets(const InitWords& words, InitPair& pair) {
  const std::string own = words.out + "/" + pair.nodes[0].name;
  const auto secret = [&](std::string& target, const std::string& file) -> Status {
    for (const std::string& folder : {own + "/etc/ha-agent/", std::string("/etc/ha-agent/")}) {
      if (target.empty()) target = first_line(folder + file);
    }
    if (!target.empty()) return {};
    auto made = new_secret();
    if (!made) return tl::unexpected(made.error());
    target = *made;
    return {};
  };
  for (const auto& [target, file] : {std::pair(&pair.secrets.mysql, "mysql.password"),
                                     std::pair(&pair.secrets.replication, "repl.password"),
                                     std::pair(&pair.secrets.redis, "redis.password")}) {
    if (auto taken = secret(*target, file); !taken) return taken;
  }
  if (pair.secrets.redis_owner.empty()) {
    auto made = new_secret();
    if (!made) return tl::unexpected(made.error());
    pair.secrets.redis_owner = *made;
  }
  for (const std::string* one : {&pair.secrets.mysql, &pair.secrets.replication,
                                 &pair.secrets.redis, &pair.secrets.redis_owner}) {
    if (one->find_first_of("'\"\\ \t") != std::string::npos) {
      return fail(
          "a password that is there already has blanks, quotes or backslashes; init does not quote "
          "them: choose another one or begin with the README",
          ErrorKind::config);
    }
  }
  return {};
}

// --- writing

std::string_view word_of(InitPut put) {
  switch (put) {
    case InitPut::made:
      return "new:";
    case InitPut::same:
      return "the same:";
    case InitPut::replaced:
      return "replaced:";
    case InitPut::left:
      return "left:";
  }
  return "";
}

bool is_secret(const std::string& path) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  const auto ends = [&](std::string_view end) {
    return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
  };
  return ends(".password") || ends(".sql") || ends(".commands");
}

ExitCode failed(const Error& error) {
  return refuse({error.message}, error.kind == ErrorKind::config ? ExitCode::usage : ExitCode::no);
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

  const auto wrong = ask_all(questions_about(words, pair), words.yes);
  if (!wrong) {
    return refuse(
        {"the input ended before everything was said; nothing was written (--yes asks nothing)"},
        ExitCode::usage);
  }
  if (const auto faults = faults_of(pair); !wrong->empty() || !faults.empty()) {
    return refuse(wrong->empty() ? faults : *wrong, ExitCode::usage);
  }
  if (auto taken = take_secrets(words, pair); !taken) return failed(taken.error());

  if (auto made = make_dir(words.out, 0700); !made) return failed(made.error());
  for (std::size_t node = 0; node < pair.nodes.size(); ++node) {
    for (const InitFile& file : node_files(pair, node)) {
      const std::string path = words.out + "/" + file.path;
      const auto done =
          put_file({path, file.content, file.mode, std::nullopt, is_secret(path), {}, false},
                   agreement(words.yes));
      if (!done) return failed(done.error());
      fmt::print("{:<10} {}\n", word_of(*done), path);
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

// --- installing

/// The node whose files these are, by the address that its keepalived.conf says.
Result<std::string> node_here(const InitWords& words) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(words.install, code)) {
    const std::string name = entry.path().filename().string();
    const std::string conf = entry.path().string() + "/etc/keepalived/keepalived.conf";
    if (!fs::exists(conf)) continue;
    if (name == words.node) return name;
    const KeepalivedConf read = read_keepalived_conf(conf, name);
    const KeepalivedNode* const instance = read.root.child("vrrp_instance");
    const KeepalivedNode* const source =
        instance == nullptr ? nullptr : instance->child("unicast_src_ip");
    const std::string address = source == nullptr ? "" : source->word(1);
    if (words.node.empty() && is_local_address(address)) return name;
    names.push_back(fmt::format("{} ({})", name, address.empty() ? "no address" : address));
  }
  if (code) {
    return fail(fmt::format("cannot read the folder {}: {}; `ha-agent init` makes one",
                            words.install, code.message()),
                ErrorKind::config);
  }
  if (names.empty()) {
    return fail(
        fmt::format("{} holds no node's files; `ha-agent init` makes such a folder", words.install),
        ErrorKind::config);
  }
  return fail(fmt::format("this machine is none of {}; if it is one, say which: --node NAME",
                          fmt::join(names, ", ")),
              ErrorKind::config);
}

ExitCode install(const InitWords& words) {
  const auto node = node_here(words);
  if (!node) return failed(node.error());
  const group* const agents = ::getgrnam("ha-agent");
  if (agents == nullptr) {
    return refuse(
        {"there is no group ha-agent: install the package first (or run systemd-sysusers)"},
        ExitCode::no);
  }
  const std::string base = words.install + "/" + *node;
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(base + "/etc")) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  bool left = false;
  for (const std::string& file : files) {
    const auto content = read_file(file);
    if (!content) return failed(content.error());
    const std::string path = file.substr(base.size());
    InitTarget target{path, *content, 0644, std::nullopt, is_secret(path), config_example, true};
    if (path.rfind("/etc/ha-agent/", 0) == 0) target.group = agents->gr_gid;
    if (target.group || path.rfind("/etc/keepalived/", 0) == 0) target.mode = 0640;
    const auto done = put_file(target, agreement(words.yes));
    if (!done) return failed(done.error());
    fmt::print("{:<10} {}\n", word_of(*done), path);
    left = left || *done == InitPut::left;
  }
  const ExitCode checked = config_check(kDefaultConfigPath);
  if (checked != ExitCode::ok) return checked;
  if (left) fmt::print("What was left as it was may not fit the rest.\n");
  fmt::print("\nNext on this node:  sudo sh {}/setup.sh\n", base);
  return ExitCode::ok;
}

}  // namespace

ExitCode init_command(const InitWords& words) {
  return words.install.empty() ? make_pair(words) : install(words);
}

}  // namespace ha
