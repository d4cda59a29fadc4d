// What a Redis server is and does, as its clients see it, and what the agent kept of one.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/agent.h"
#include "tests/support/redis.h"

namespace ha::test {

inline std::string role_of(const Redis& server) {
  return server.command({"ROLE"}).elements.at(0).text;
}

inline bool takes_writes(const Redis& server) {
  try {
    return server.command({"SET", "probe", "x"}).text == "OK";
  } catch (const std::exception&) {
    return false;
  }
}

inline std::string config_file(const Redis& server) {
  return read_text(server.dir() + "/redis.conf");
}

inline std::vector<std::string> kept_files(const Agent& agent) {
  std::vector<std::string> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(agent.state_dir() + "/errant", none))
    files.push_back(entry.path().string());
  return files;
}

}  // namespace ha::test
