#include "agent/script_path.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <memory>

#include "agent/accounts.h"

namespace ha {
namespace {

void judge_part(const std::string& path, std::vector<std::string>& insecure) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  if (status.st_uid != 0) {
    insecure.push_back(fmt::format("{}: owned by {}", path, user_name(status.st_uid)));
  } else if ((status.st_mode & S_IWOTH) != 0) {
    insecure.push_back(path + ": everybody may write to it");
  } else if ((status.st_mode & S_IWGRP) != 0 && status.st_gid != 0) {
    insecure.push_back(
        fmt::format("{}: the group {} may write to it", path, group_name(status.st_gid)));
  }
}

}  // namespace

ScriptPath look_at_script(const std::string& command) {
  ScriptPath script;
  const std::size_t begin = command.find_first_not_of(" \t'\"");
  if (begin == std::string::npos) return script;
  script.program = command.substr(begin, command.find_first_of(" \t'\"", begin) - begin);
  script.absolute = script.program.starts_with("/");
  struct stat status {};
  if (!script.absolute || ::stat(script.program.c_str(), &status) != 0) return script;
  script.exists = true;
  script.executable = S_ISREG(status.st_mode) && (status.st_mode & 0111) != 0;
  // A link is followed: what it names is what runs.
  const std::unique_ptr<char, decltype([](char* p) { std::free(p); })> real(
      ::realpath(script.program.c_str(), nullptr));
  const std::string whole = real ? real.get() : script.program;
  for (std::size_t slash = 0; slash != std::string::npos;) {
    slash = whole.find('/', slash + 1);
    judge_part(whole.substr(0, slash), script.insecure);
  }
  return script;
}

}  // namespace ha
