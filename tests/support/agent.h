// The program itself, run as keepalived runs it, against a configuration that the test writes.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/mariadb.h"
#include "tests/support/redis.h"
#include "tests/support/temp_dir.h"

namespace ha::test {

class Agent {
 public:
  /// `sections` is appended to an [agent] section with a state_dir of this object's own and
  /// the node's name "test" where `agent_keys` gives none.
  explicit Agent(const std::string& sections, const std::string& agent_keys = "");

  /// Runs it to the end; the exit code.
  int run(const std::vector<std::string>& words, std::string* output = nullptr) const;
  /// Starts it and returns at once.
  Child start(const std::vector<std::string>& words) const;

  /// The whole command line, for a test that starts it in surroundings of its own.
  std::vector<std::string> argv(const std::vector<std::string>& words) const;

  std::string state_dir() const { return dir_.path() + "/state"; }
  nlohmann::json role() const;
  /// The journal's lines of one type, oldest first.
  std::vector<nlohmann::json> journal(const std::string& type) const;
  /// The last "end" line's outcome; "" when there is none.
  std::string last_outcome() const;
  /// "mysql main/drain": the steps of the last transition that began, in the order they ended.
  std::vector<std::string> last_steps() const;
  bool has_step(const std::string& resource, const std::string& step) const;

 private:
  TempDir dir_;
};

std::string mysql_section(const MariaDb& server, const std::string& more = "");
/// Its keys that say where the peer is; and those that let it follow the peer as well.
std::string peer_keys(const MariaDb& peer);
std::string follow_keys(const MariaDb& peer);
std::string redis_section(const Redis& server, const Redis* peer = nullptr);

}  // namespace ha::test
