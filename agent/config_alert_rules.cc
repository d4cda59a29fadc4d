#include "agent/config_alert_rules.h"

#include <algorithm>

#include "agent/text.h"

namespace ha {
void judge_alert_rule(JudgedSection section, AlertRuleConfig& rule) {
  if (section.valid(Kind::alert, "metric").empty()) return;  // reported already
  const std::string_view metric = to_string(rule.metric);
  if (section.has("threshold")) {
    if (const auto threshold = parse_threshold(rule.metric, rule.threshold_text)) {
      rule.threshold = *threshold;
    } else {
      section.refuse("threshold", fmt::format("expected {} with metric = {}, got {}",
                                              describe_threshold(rule.metric), metric,
                                              in_quotes(rule.threshold_text)));
    }
  }
  const auto only_with = [&](std::string_view key, Metric wanted) {
    if (section.has(key) && rule.metric != wanted) {
      section.warn(key, fmt::format("has no effect with metric = {}", metric));
    }
  };
  only_with("window", Metric::error_count);
  only_with("path", Metric::disk_free);
  if (!section.has("resource")) return;
  if (is_of_node(rule.metric)) {
    section.refuse("resource", fmt::format("expected none with metric = {}, which is of this "
                                           "machine, got {}",
                                           metric, in_quotes(rule.resource)));
    return;
  }
  const std::string kind = rule.resource.substr(0, rule.resource.find(' '));
  if (!kind_has(rule.metric, kind)) {
    section.refuse("resource",
                   fmt::format("expected a kind and a name, of kind {}, with metric = "
                               "{}, got {}",
                               kinds_with(rule.metric), metric, in_quotes(rule.resource)));
  }
}

std::vector<std::string> resources_of(const Config& config, const AlertRuleConfig& rule) {
  std::vector<std::string> found;
  config.for_each_resource([&](std::string_view kind, const std::string& name) {
    const std::string resource = fmt::format("{} {}", kind, name);
    if (!kind_has(rule.metric, kind)) return;
    if (rule.resource.empty() || rule.resource == resource) found.push_back(resource);
  });
  return found;
}

void judge_alert_rules(const Config& config, Findings& findings) {
  for (const AlertRuleConfig& rule : config.alert) {
    if (is_of_node(rule.metric)) {
      if (rule.metric == Metric::network_latency && !config.has_peer()) {
        findings.warnings.add({}, fmt::format("[alert {}]: no section has a peer_host, so there is "
                                              "no network_latency",
                                              rule.name));
      }
      continue;
    }
    const std::string kind = rule.resource.substr(0, rule.resource.find(' '));
    if (!resources_of(config, rule).empty() ||
        (!rule.resource.empty() && !kind_has(rule.metric, kind))) {
      continue;
    }
    if (rule.resource.empty()) {
      findings.warnings.add(
          {}, fmt::format("[alert {}]: there is no section of kind {}, so there "
                          "is no {}",
                          rule.name, kinds_with(rule.metric), to_string(rule.metric)));
    } else {
      findings.problems.add({}, fmt::format("[alert {}] resource: expected the kind and name of a "
                                            "section, such as mysql main, got {}",
                                            rule.name, in_quotes(rule.resource)));
    }
  }
  if (!config.alert.empty() && config.channels().empty()) {
    findings.warnings.add({},
                          "there are [alert] sections, but no [webhook] and no [mail] section "
                          "to tell of them");
  }
}

}  // namespace ha
