// What rules say of this machine, its way to the peer and the size of its databases: looked at
// every so often in threads of their own, only as far as there are rules about it. One thread
// reads.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/config.h"
#include "agent/eye.h"
#include "notify/rule.h"

namespace ha {

class MachineReadings {
 public:
  explicit MachineReadings(const Config& config);

  /// `about` is one of subjects_of(), or a resource of database_size. Unknown before the first look
  /// and while a look hangs.
  Reading read(Metric metric, const std::string& about) const;

 private:
  using Key = std::pair<Metric, std::string>;
  using Readings = std::map<Key, Reading>;
  struct Watched {
    std::vector<Key> keys;
    Millis stale;
    std::unique_ptr<Eye<Readings>> eye;
  };
  void open(std::vector<Key> keys, Millis interval, std::function<Result<Readings>()> look);

  std::vector<Watched> watched_;
};

/// What a rule of the node is about: a path, the peers' hosts, or "" for the machine as such.
std::vector<std::string> subjects_of(const Config& config, const AlertRuleConfig& rule);
/// The same, or the resources that it is about.
std::vector<std::string> abouts_of(const Config& config, const AlertRuleConfig& rule);

}  // namespace ha
