// Judges the rules of the [alert] sections by what the checks left and by this machine's own
// readings, and tells what becomes of them. Belongs to watch; one thread.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/sample_log.h"
#include "agent/state_dir.h"
#include "notify/machine_readings.h"
#include "notify/resource_history.h"
#include "notify/rule_states.h"

namespace ha {

class RuleKeeper {
 public:
  explicit RuleKeeper(const Config& config);

  /// Reads files only; at most once a second, however often it is called. True when there is
  /// something new to be sent.
  bool tend();

 private:
  /// One rule about one thing.
  struct Watched {
    const AlertRuleConfig* rule;
    std::string about;
    bool of_samples;  ///< measured by the checks
  };
  void take_samples();
  void judge_samples(std::int64_t at_ms);
  void judge_machine(std::int64_t now_ms);
  void judge(const Watched& watched, const Reading& reading, std::int64_t at_ms);
  void tell(Subject subject, const KeptRule& kept, std::int64_t at_ms, const std::string& seen);
  void end_strangers(std::int64_t now_ms);
  void keep();

  const Config& config_;
  std::vector<AlertRuleConfig> rules_;
  StateDir dir_;
  SampleTail tail_;
  MachineReadings machine_;
  std::map<std::string, ResourceHistory> histories_;
  std::vector<Watched> watched_;
  RuleStates states_;
  RuleStates kept_;  ///< as it was written last
  bool idle_ = false;
  bool begun_ = false;
  bool news_ = false;
  std::int64_t last_sample_ms_ = 0;  ///< of any age
  SteadyClock::time_point next_;
  SteadyClock::time_point next_machine_;
};

}  // namespace ha
