#include "notify/usual_rules.h"

#include <algorithm>

#include "agent/write_waits.h"

namespace ha {

std::vector<AlertRuleConfig> rules_of(const Config& config) {
  std::vector<AlertRuleConfig> rules = config.alert;
  const bool own = std::any_of(rules.begin(), rules.end(), [](const AlertRuleConfig& rule) {
    return rule.metric == Metric::write_wait || rule.name == kWritesStandRule;
  });
  if (own || config.mysql.empty()) return rules;
  AlertRuleConfig rule;
  rule.name = kWritesStandRule;
  rule.metric = Metric::write_wait;
  rule.comparison = Comparison::at_least;
  rule.threshold = static_cast<double>(kWritesStand.count());
  rule.severity = Severity::critical;
  rule.repeat_interval = std::chrono::hours{4};
  rules.push_back(std::move(rule));
  return rules;
}

}  // namespace ha
