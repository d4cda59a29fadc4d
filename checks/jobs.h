// From the configuration to the probes to run.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "agent/mysql_server.h"
#include "agent/redis_situation.h"
#include "agent/role_state.h"
#include "checks/lock_question.h"
#include "checks/looks.h"
#include "checks/memory.h"
#include "checks/run_all.h"

namespace ha {

/// The peers' servers as somebody else asks them in any case; each waits for its answer. Empty:
/// they are asked only where the situation cannot be told without them.
struct PeerAnswers {
  std::function<Result<MysqlFacts>(const MysqlConfig&, Deadline)> mysql;
  std::function<Result<RedisSight>(const RedisConfig&, Deadline)> redis;
};

/// What the probes of databases share beside their own server.
struct JobEnvironment {
  PeerAnswers peers;
  /// Waits for the witnesses; called only when it matters, from several threads. Empty: none.
  std::function<WitnessView()> witnesses;
  /// nullptr: no lock, or this MASTER's own file says all.
  std::shared_ptr<LockQuestion> lock;
  bool lock_refused = false;  ///< the last promotion was, for the lock
  /// Whether MySQL keeps the peer's node from serving; asks only when it is called.
  std::function<bool(Deadline)> peer_left_behind;
  std::shared_ptr<Looks> looks = std::make_shared<Looks>();
};

/// Begins to ask the witnesses, who have until `witnesses`; etcd, where it has to be asked, has as
/// long again.
JobEnvironment make_environment(const Config& config, const RoleGathered& role, Deadline witnesses);

/// The probes of the resources that `selected` names (all when it is empty), in the order of the
/// configuration's kinds. A resource that is not asked on a standby has a job that says so.
/// `Expectation::starting` holds for those of kind http and unit that were not healthy since the
/// promotion.
std::vector<Job> make_jobs(const Config& config, const RoleGathered& role,
                           const CheckMemory& memory, const std::vector<std::string>& selected,
                           const JobEnvironment& environment);

/// Whether `word` means this resource: `main`, `mysql main`, `mysql:main` or `mysql`.
bool selects(std::string_view word, std::string_view kind, std::string_view name);
/// "mysql main, redis cache": every resource, to say what a word could have meant.
std::string known_resources(const Config& config);
/// The words that select nothing.
std::vector<std::string> unknown_words(const Config& config, const std::vector<std::string>& words);

}  // namespace ha
