#include "notify/rule_keeper.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/clock.h"
#include "agent/log.h"
#include "notify/alert_text.h"
#include "notify/announce.h"
#include "notify/usual_rules.h"

namespace ha {
namespace {

constexpr Millis kEvery{1'000};
constexpr Millis kMachineEvery{5'000};

std::string key_of(const AlertRuleConfig& rule, const std::string& about) {
  return rule.name + "/" + about;
}

bool by_samples(const AlertRuleConfig& rule, const std::string& about) {
  if (is_of_node(rule.metric)) return false;
  return rule.metric != Metric::database_size || about.starts_with("redis ");
}

RuleReport report_of(const AlertRuleConfig& rule, const std::string& about) {
  RuleReport report;
  report.name = rule.name;
  report.about = about;
  report.metric = rule.metric;
  report.comparison = rule.comparison;
  report.threshold = rule.threshold;
  report.repeat = rule.repeat_interval;
  return report;
}

/// Whether what a restart must not forget is another.
bool durably_differs(const RuleStates& a, const RuleStates& b) {
  const auto firing = [](const RuleStates& states) {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> all;
    for (const auto& [key, kept] : states.rules) {
      if (kept.state.firing_ms != 0) all[key] = {kept.state.firing_ms, kept.state.told_ms};
    }
    return all;
  };
  return firing(a) != firing(b);
}

bool same(const RuleStates& a, const RuleStates& b) {
  return std::equal(a.rules.begin(), a.rules.end(), b.rules.begin(), b.rules.end(),
                    [](const auto& one, const auto& other) {
                      return one.first == other.first && one.second.state == other.second.state;
                    });
}

}  // namespace

RuleKeeper::RuleKeeper(const Config& config)
    : config_(config),
      rules_(rules_of(config)),
      dir_{config.agent.state_dir},
      tail_(dir_),
      machine_(config) {
  for (const AlertRuleConfig& rule : rules_) {
    for (const std::string& about : abouts_of(config, rule)) {
      watched_.push_back({&rule, about, by_samples(rule, about)});
    }
  }
  states_ = read_rule_states(dir_);
  kept_ = states_;
  // Without a record it is the first time: what was before is nobody's news.
  if (states_.judged_ms == 0) states_.judged_ms = wall_ms();
  idle_ = watched_.empty() && states_.rules.empty();
}

bool RuleKeeper::tend() {
  const auto now = SteadyClock::now();
  if (idle_ || now < next_) return false;
  next_ = now + kEvery;
  news_ = false;
  if (!begun_) end_strangers(wall_ms());
  take_samples();
  if (now >= next_machine_) {
    next_machine_ = now + kMachineEvery;
    judge_machine(wall_ms());
  }
  begun_ = true;
  keep();
  return news_;
}

// Each at its own time, so that a watch that was away or busy comes to the same end.
void RuleKeeper::take_samples() {
  for (const Sample& sample : tail_.read()) {
    for (const ResourceSample& one : sample.resources) {
      histories_[one.resource].add(one, sample.at_ms);
    }
    last_sample_ms_ = sample.at_ms;
    // Of what was there before this process began some has been judged. Later the clock may have
    // been set back.
    if (!begun_ && sample.at_ms <= states_.judged_ms) continue;
    judge_samples(sample.at_ms);
    states_.judged_ms = sample.at_ms;
  }
}

void RuleKeeper::judge_samples(std::int64_t at_ms) {
  for (const Watched& watched : watched_) {
    if (!watched.of_samples) continue;
    const auto history = histories_.find(watched.about);
    judge(watched,
          history == histories_.end() ? Reading{} : history->second.read(*watched.rule, at_ms),
          at_ms);
  }
}

void RuleKeeper::judge_machine(std::int64_t now_ms) {
  for (const Watched& watched : watched_) {
    if (watched.of_samples) continue;
    judge(watched, machine_.read(watched.rule->metric, watched.about), now_ms);
  }
  // What fires is repeated also while no check runs.
  if (now_ms - last_sample_ms_ > kSamplesStale.count()) judge_samples(now_ms);
}

void RuleKeeper::judge(const Watched& watched, const Reading& reading, std::int64_t at_ms) {
  const std::string key = key_of(*watched.rule, watched.about);
  const auto found = states_.rules.find(key);
  KeptRule now = found == states_.rules.end() ? KeptRule{} : found->second;
  const bool measured = reading.kind == Reading::Kind::value;
  const std::optional<double> last = now.report.value;
  const std::int64_t began_ms = now.state.firing_ms;
  now.report = report_of(*watched.rule, watched.about);
  now.report.value = measured ? std::optional(reading.value) : last;
  now.severity = watched.rule->severity;
  const RuleNews news = judge_rule(now.state, *watched.rule, reading, at_ms);
  if (news == RuleNews::resolved) {
    now.report.value = measured ? std::optional(reading.value) : std::nullopt;
    now.report.since_ms = began_ms;
    tell(Subject::rule_resolved, now, at_ms, reading.seen);
  } else {
    now.report.since_ms = now.state.firing_ms;
    now.report.again = news == RuleNews::again;
    if (news != RuleNews::none) tell(Subject::rule_firing, now, at_ms, reading.seen);
  }
  if (now.state == RuleState{}) {
    states_.rules.erase(key);
  } else {
    states_.rules[key] = std::move(now);
  }
}

void RuleKeeper::tell(Subject subject, const KeptRule& kept, std::int64_t at_ms,
                      const std::string& seen) {
  log::notice(fmt::format("watch: rule {} about {} {}", kept.report.name,
                          format_measured(Lang::en, kept.report.metric, kept.report.about),
                          subject == Subject::rule_resolved ? "is over"
                          : kept.report.again               ? "goes on"
                                                            : "fires"));
  announce_rule(config_, dir_, subject, kept.report, kept.severity, at_ms, seen);
  news_ = true;
}

// What fired when the configuration still had it is over for those who were told.
void RuleKeeper::end_strangers(std::int64_t now_ms) {
  for (auto it = states_.rules.begin(); it != states_.rules.end();) {
    const bool known = std::any_of(watched_.begin(), watched_.end(), [&](const Watched& watched) {
      return key_of(*watched.rule, watched.about) == it->first;
    });
    if (known) {
      ++it;
      continue;
    }
    if (it->second.state.firing_ms != 0) {
      it->second.report.value.reset();
      it->second.report.again = false;
      tell(Subject::rule_resolved, it->second, now_ms, {});
    }
    it = states_.rules.erase(it);
  }
}

// First the alert, then the state: killed in between, it is told twice rather than not at all.
void RuleKeeper::keep() {
  if (same(states_, kept_)) return;
  const auto durability =
      durably_differs(states_, kept_) ? Durability::durable : Durability::relaxed;
  if (auto written = write_rule_states(dir_, states_, durability); !written) {
    log::error("watch: " + written.error().message);
    return;
  }
  kept_ = states_;
}

}  // namespace ha
