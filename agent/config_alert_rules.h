// The rules of [alert NAME] sections: what their keys must be to each other and to the resources.
#pragma once
#include "agent/config.h"
#include "agent/judged_section.h"

namespace ha {

/// Also reads the threshold, whose unit is the metric's.
void judge_alert_rule(JudgedSection section, AlertRuleConfig& rule);
/// That what they are about exists, and that somebody is told.
void judge_alert_rules(const Config& config, Findings& findings);

/// "mysql main" of every resource that has the metric, in the order of the configuration; only the
/// rule's own where it names one. Empty for what is of the node.
std::vector<std::string> resources_of(const Config& config, const AlertRuleConfig& rule);

}  // namespace ha
