// The seam between deciding and doing: one session per resource and run, which applies one step at
// a time and says what came of it. The executor times, journals, retries and bounds; the session
// only acts. A session belongs to one lane; it is used by one thread at a time, but a step that is
// late is abandoned with its thread, so a session is held by shared_ptr and keeps all that it
// needs.
#pragma once
#include <memory>
#include <set>
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/event.h"
#include "agent/state_dir.h"
#include "notify/plan.h"

namespace ha {

struct StepOutcome {
  enum class Kind {
    done,       ///< acted and read back
    unchanged,  ///< it was so already
    refused,    ///< must not be done now; `cause` is one word, `detail` one sentence
    failed,     ///< was tried and did not work
    overtaken,  ///< a newer event came
  };
  Kind kind = Kind::done;
  std::string detail;
  std::string cause;   ///< of a refusal: "server", "drain", "stale", "vip"
  std::string remark;  ///< for people, beside a success: what they should know or do
};

inline StepOutcome done(std::string detail) {
  return {StepOutcome::Kind::done, std::move(detail), {}, {}};
}
inline StepOutcome unchanged(std::string detail) {
  return {StepOutcome::Kind::unchanged, std::move(detail), {}, {}};
}
inline StepOutcome refused(std::string cause, std::string why) {
  return {StepOutcome::Kind::refused, std::move(why), std::move(cause), {}};
}
inline StepOutcome failed(std::string what) {
  return {StepOutcome::Kind::failed, std::move(what), {}, {}};
}
inline StepOutcome overtaken(std::string by) {
  return {StepOutcome::Kind::overtaken, std::move(by), {}, {}};
}

class RunLock;

/// What a run is about; read by all lanes at once, never written after it was made.
struct Run {
  Config config;
  StateDir dir;
  Event event;
  State from = State::none;
  std::string instance;    ///< whose events count as newer
  bool forced = false;     ///< `promote --force`
  bool may_serve = false;  ///< the servers may take writes: promoted, and not demoted since
  /// Resources whose peer is known to be silent already: it is not waited for.
  std::set<std::string> silent_peers;
  std::shared_ptr<RunLock> lock;  ///< of all lanes together; nullptr: none is configured

  /// What overtook this run: a newer event, in words; empty when none did. Thread-safe.
  std::string overtaken_by() const;
  /// How long a peer that does not answer is waited for.
  Millis peer_patience(const std::string& resource) const;
  /// Empty when this node holds the VIP or no `vip` is configured.
  std::string vip_missing() const;
};

class Session {
 public:
  virtual ~Session() = default;
  /// Applies the step, or finds that it holds already. An Error means that the server could not be
  /// talked to (unreachable, timeout) or answered with an error (answered).
  virtual Result<StepOutcome> apply(Step step, Deadline deadline) = 0;
};

/// A session for the lane's resource; connects when the first step needs it.
std::shared_ptr<Session> open_session(const Lane& lane, std::shared_ptr<const Run> run);

std::shared_ptr<Session> open_mysql_session(const MysqlConfig& config,
                                            std::shared_ptr<const Run> run);
std::shared_ptr<Session> open_redis_session(const RedisConfig& config,
                                            std::shared_ptr<const Run> run);
std::shared_ptr<Session> open_unit_session(const UnitConfig& config,
                                           std::shared_ptr<const Run> run);

}  // namespace ha
