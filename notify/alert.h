// What is told about one transition or one deed of an operator's, free of language and channel. It
// is what the outbox keeps: texts are rendered when they are sent, and URLs and secrets are never
// written down.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/state.h"
#include "agent/state_dir.h"

namespace ha {

enum class Outcome {
  done,         ///< the roles are true
  refused,      ///< a promotion was refused; `problems` says why and what to do
  failed,       ///< a step failed and is held until `ack`, or a demotion could not be completed
  overtaken,    ///< a newer event came; what was begun was left to it
  superseded,   ///< a newer event was there before anything was done
  interrupted,  ///< the hook was killed before it had finished
  recorded,     ///< an event of another instance: recorded, nothing to do
  suspended,    ///< recorded during a maintenance: nothing done before its end
};

/// What an alert is about. Which of them a channel tells: channel_wants().
enum class Subject {
  transition,
  maintenance_begun,
  maintenance_goes_on,  ///< told daily
  maintenance_ended,
  switchover_begun,
  switchover_ended,  ///< `outcome` says how
  rule_firing,       ///< of an [alert] section; told again every repeat_interval
  rule_resolved,     ///< the end of it
  lock_lost,         ///< and the writes go on: by force, or with on_lock_lost = alert
  channel_dead,      ///< a channel refuses; told on the others
  digest,  ///< several alerts in one, because they were too many: `problems` has a line each
};

/// "transition", "maintenance-begun", …: the words in the outbox.
const char* to_string(Subject subject);

/// "done", "refused", …: the words used in the journal and in JSON.
const char* to_string(Outcome outcome);

struct AlertStep {
  std::string resource;  ///< "mysql main"
  std::string step;      ///< the step's word: "drain", "lift-read-only"
  bool ok = false;
  Millis took{};
  std::string detail;  ///< what was done or what the server said
};

/// What an [alert] section says of one thing at one moment.
struct RuleReport {
  std::string name;   ///< the section's
  std::string about;  ///< "mysql main", a peer's host or a path; empty: this machine
  Metric metric = Metric::response_time;
  Comparison comparison = Comparison::above;
  double threshold = 0;
  std::optional<double> value;  ///< nullopt: nothing to measure any more
  std::int64_t since_ms = 0;    ///< when it began
  Millis repeat{};              ///< after which it is told again; 0: never
  bool again = false;           ///< it has been told before
};

struct Alert {
  Subject subject = Subject::transition;
  std::string event_id;
  std::string node;
  std::string instance;
  std::string vip;
  State from = State::none;
  State to = State::none;  ///< of another subject: the newest event's, or none
  std::int64_t at_ms = 0;  ///< when the event came, wall clock
  Millis took{};           ///< from the event to the end
  Outcome outcome = Outcome::done;
  std::vector<AlertStep> steps;
  std::vector<std::string>
      problems;  ///< one sentence each: what failed or was refused, and what to do
  std::vector<std::string> covers;      ///< of a digest: the ids of the alerts in it
  Severity graveness = Severity::info;  ///< of a digest: the gravest in it; of a rule: its own
  std::optional<RuleReport> rule;       ///< of rule_firing and rule_resolved
  /// Of a transition that went well: the states whose transitions were told as failed before, and
  /// with it are no more. Set by enqueue_alert().
  std::vector<std::string> ends;
};

/// How grave it is: what a channel's `severity` is compared with.
Severity severity_of(const Alert& alert);
/// "info", "warning", "critical".
const char* to_string(Severity severity);
/// Whether the channel's `events` and `severity` let it pass; the end of a trouble passes where the
/// trouble did.
bool channel_wants(const ChannelConfig& channel, const Alert& alert);

/// The rule's condition, the same on both nodes of a pair, from its beginning to its end; of what
/// is measured of a machine it is that machine's own. Empty where there is no rule.
std::string rule_key(const Alert& alert);

/// The problem that a failed step makes: "mysql main: drain: <what the server said>". A text that
/// names it among the problems need not repeat it with the step.
std::string problem_of(const AlertStep& step);

/// One outbox file for each channel that wants this transition. Idempotent: the same alert again
/// makes no second entry, and one that was delivered is not made anew. Durable when it returns.
/// `but_not_on`: a channel that the alert is about.
Status enqueue_alert(const StateDir& dir, const Config& config, const Alert& alert,
                     const std::string& but_not_on = {});

struct Delivery {
  int delivered = 0;
  int waiting = 0;  ///< still in the outbox, backing off or failed just now
};
/// Sends what is due, channels in parallel, each try within 3 s to connect and 8 s in all, until
/// the deadline. `now_all` ignores backoff (alerts retry). If another process is delivering it
/// returns at once and that one sends what has just come. Every result goes into the journal.
Delivery deliver_alerts(const StateDir& dir, const Config& config, Deadline deadline, bool now_all);

}  // namespace ha
