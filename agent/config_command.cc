#include "agent/config_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "agent/accounts.h"
#include "agent/atomic_file.h"
#include "agent/config.h"
#include "agent/config_example.h"
#include "agent/ping_socket.h"
#include "agent/regular_file.h"

namespace ha {
namespace {

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Root may always ping; the check runs as ha-agent.
void warn_of_ping(const Config& config) {
  const auto is_ping = [](const auto& witness) { return witness.type == WitnessType::ping; };
  if (::geteuid() != 0 || std::none_of(config.witness.begin(), config.witness.end(), is_ping)) {
    return;
  }
  const auto group = group_of_user("ha-agent");
  const auto range = read_file("/proc/sys/net/ipv4/ping_group_range");
  if (!group || !range || ping_group_permitted(*range, *group)) return;
  fmt::print(
      "warning: a witness is asked by ping, and the check's user ha-agent may not send ICMP "
      "echoes: "
      "{}\n",
      kPingAdvice);
}

}  // namespace

ExitCode config_check(const std::string& path) {
  const Loaded loaded = load_config(path);
  for (const Problem& problem : loaded.problems) fmt::print("{}\n", problem.text);
  for (const Problem& warning : loaded.warnings) fmt::print("warning: {}\n", warning.text);
  if (!loaded.config) return ExitCode::config;
  const Config& config = *loaded.config;
  warn_of_ping(config);
  const std::size_t resources =
      config.http.size() + config.mysql.size() + config.redis.size() + config.unit.size();
  if (const LockConfig* const lock = config.the_lock(); lock != nullptr) {
    fmt::print("note: [lock {}] is renewed by `ha-agent watch`, which must run on both nodes\n",
               lock->name);
  }
  fmt::print("{}: ok, {}, {}\n", path, counted(resources, "resource"),
             counted(config.webhook.size() + config.mail.size(), "channel"));
  return ExitCode::ok;
}

ExitCode config_show(const std::string& path) {
  const Loaded loaded = load_config(path);
  for (const Problem& problem : loaded.problems) fmt::print(stderr, "{}\n", problem.text);
  if (!loaded.config) return ExitCode::config;
  const auto file = read_regular_file(path, kMaxConfigBytes);
  if (!file) {
    fmt::print(stderr, "{}: {}\n", path, file.error().message);
    return ExitCode::config;
  }
  fmt::print("{}", show_config(path, file->text));
  return ExitCode::ok;
}

ExitCode print_config_example() {
  // A redirect onto a full disk must not look like a configuration.
  const bool whole =
      std::fwrite(config_example.data(), 1, config_example.size(), stdout) == config_example.size();
  return whole && std::fflush(stdout) == 0 ? ExitCode::ok : ExitCode::no;
}

}  // namespace ha
