#include "notify/init_secrets.h"

#include <sys/random.h>

#include <array>
#include <filesystem>
#include <utility>

#include "agent/atomic_file.h"
#include "agent/crypto.h"
#include "agent/text.h"

namespace ha {
namespace {

namespace fs = std::filesystem;

std::string first_line(const std::string& path) {
  const std::string text = read_file(path).value_or("");
  return std::string(trimmed(text.substr(0, text.find('\n'))));
}

/// MySQL takes at most 32 characters as the password of a source (error 3056).
Result<std::string> new_secret() {
  std::array<char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return fail("the kernel gives no random bytes");
  }
  return hex({bytes.data(), bytes.size()});
}

}  // namespace

std::string owner_password(const InitWords& words) {
  if (!words.redis_password_file.empty()) return first_line(words.redis_password_file);
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(words.out, code)) {
    const std::string line = first_line(entry.path().string() + "/redis.commands");
    if (line.rfind(kRedisAuth, 0) == 0) return line.substr(kRedisAuth.size());
  }
  return {};
}

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

}  // namespace ha
