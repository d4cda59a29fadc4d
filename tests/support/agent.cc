#include "tests/support/agent.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "agent/state_dir.h"
#include "notify/journal.h"

namespace ha::test {
namespace {

// Beside the test program, so that a sanitized test runs the sanitized agent.
std::string program() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ha-agent").string();
}

}  // namespace

Agent::Agent(const std::string& sections, const std::string& agent_keys) {
  const std::string config = dir_.path() + "/ha-agent.conf";
  const bool named = agent_keys.find("node =") != std::string::npos;
  std::ofstream(config) << "[agent]\n"
                        << (named ? "" : "node = test\n") << "state_dir = " << state_dir() << "\n"
                        << agent_keys << "\n"
                        << sections;
  // It may hold a password.
  std::filesystem::permissions(
      config, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

std::vector<std::string> Agent::argv(const std::vector<std::string>& words) const {
  std::vector<std::string> all{program(), "--config", dir_.path() + "/ha-agent.conf"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

int Agent::run(const std::vector<std::string>& words, std::string* output) const {
  return test::run(argv(words), output);
}

Child Agent::start(const std::vector<std::string>& words) const {
  return Child(argv(words), dir_.path() + "/agent.log");
}

nlohmann::json Agent::role() const {
  return nlohmann::json::parse(read_text(state_dir() + "/role.json"));
}

std::vector<nlohmann::json> Agent::journal(const std::string& type) const {
  std::vector<nlohmann::json> found;
  const auto lines = read_journal({state_dir()});
  if (!lines) return found;
  for (const nlohmann::json& line : *lines) {
    if (line.value("type", "") == type) found.push_back(line);
  }
  return found;
}

std::string Agent::last_outcome() const {
  const auto ends = journal("end");
  return ends.empty() ? "" : ends.back().value("outcome", "");
}

std::vector<std::string> Agent::last_steps() const {
  std::vector<std::string> steps;
  const auto begins = journal("begin");
  if (begins.empty()) return steps;
  for (const nlohmann::json& line : journal("step")) {
    if (line["event"] != begins.back()["event"]) continue;
    steps.push_back(line.value("resource", "") + "/" + line.value("step", ""));
  }
  return steps;
}

bool Agent::has_step(const std::string& resource, const std::string& step) const {
  for (const nlohmann::json& line : journal("step")) {
    if (line.value("resource", "") == resource && line.value("step", "") == step) return true;
  }
  return false;
}

std::string mysql_section(const MariaDb& server, const std::string& more) {
  return fmt::format("[mysql main]\nsocket = {}\nuser = root\n{}\n", server.by_socket().socket,
                     more);
}

std::string peer_keys(const MariaDb& peer) {
  return fmt::format("peer_host = 127.0.0.1\npeer_port = {}\n", peer.port());
}

std::string follow_keys(const MariaDb& peer) {
  return peer_keys(peer) + "replication_user = repl\nreplication_password = repl\n";
}

std::string redis_section(const Redis& server, const Redis* peer) {
  std::string text = fmt::format("[redis cache]\nhost = 127.0.0.1\nport = {}\n", server.port());
  if (peer != nullptr) text += fmt::format("peer_host = 127.0.0.1\npeer_port = {}\n", peer->port());
  return text;
}

}  // namespace ha::test
