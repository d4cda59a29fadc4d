#include "notify/redis_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "agent/atomic_file.h"
#include "agent/redis_fence.h"
#include "notify/kill_server.h"

namespace ha {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return text;
}

}  // namespace

std::string redis_files_missing(RedisClient& client, const RedisConfig& config) {
  const auto pid =
      find_server_process({config.server.socket, config.server.host, config.server.port});
  if (!pid) return pid.error().message;
  const auto info = client.info("server");
  if (!info) return info.error().message;
  const auto said = info->find("process_id");
  // A container's server has another number there, and its paths are not ours.
  if (said != info->end() && said->second == fmt::to_string(*pid)) return {};
  return "the server's files are not this host's";
}

// Redis 7.0 config.c loadServerConfigFromString(): a line is a directive and its words, the last of
// several counts, names are in either case.
std::optional<RedisBoot> parse_redis_boot(std::string_view text) {
  RedisBoot boot;
  std::istringstream lines{std::string(text)};
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string name, value;
    words >> name >> value;
    name = lower(std::move(name));
    if (name == "include") return {};
    if (name == "replicaof" || name == "slaveof") boot.replica = lower(value) != "no";
    if (name == "min-replicas-to-write" || name == "min-slaves-to-write") {
      std::int64_t number = 0;
      std::from_chars(value.data(), value.data() + value.size(), number);
      boot.fenced = RedisFence::from(number).has_value();
    }
  }
  return boot;
}

std::optional<RedisBoot> read_redis_boot(RedisClient& client, const RedisConfig& config) {
  if (!redis_files_missing(client, config).empty()) return {};
  const auto info = client.info("server");
  if (!info) return {};
  const auto path = info->find("config_file");
  if (path == info->end() || path->second.empty()) return {};
  const auto text = read_file(path->second);
  return text ? parse_redis_boot(*text) : std::nullopt;
}

}  // namespace ha
