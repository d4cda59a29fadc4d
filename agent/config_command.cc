#include "agent/config_command.h"

#include <fmt/format.h>

#include <cstdio>

#include "agent/config.h"
#include "agent/regular_file.h"

namespace ha {
namespace {

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

ExitCode config_check(const std::string& path) {
  const Loaded loaded = load_config(path);
  for (const Problem& problem : loaded.problems) fmt::print("{}\n", problem.text);
  for (const Problem& warning : loaded.warnings) fmt::print("warning: {}\n", warning.text);
  if (!loaded.config) return ExitCode::config;
  const Config& config = *loaded.config;
  const std::size_t resources =
      config.http.size() + config.mysql.size() + config.redis.size() + config.unit.size();
  fmt::print("{}: ok, {}, {}\n", path, counted(resources, "resource"),
             counted(config.webhook.size(), "channel"));
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

}  // namespace ha
