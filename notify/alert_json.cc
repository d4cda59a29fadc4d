#include "notify/alert_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/json_get.h"
#include "agent/text.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::array kOutcomes{Outcome::done,      Outcome::refused,    Outcome::failed,
                               Outcome::overtaken, Outcome::superseded, Outcome::interrupted,
                               Outcome::recorded,  Outcome::suspended};

constexpr std::array kSubjects{
    Subject::transition,        Subject::maintenance_begun, Subject::maintenance_goes_on,
    Subject::maintenance_ended, Subject::switchover_begun,  Subject::switchover_ended,
    Subject::lock_lost,         Subject::channel_dead,      Subject::digest,
    Subject::rule_firing,       Subject::rule_resolved};

constexpr std::array kSeverities{Severity::info, Severity::warning, Severity::critical};

Subject parse_subject(const std::string& word) {
  for (const Subject subject : kSubjects) {
    if (word == to_string(subject)) return subject;
  }
  return Subject::transition;
}

template <class Enum>
Enum enum_of(std::string_view words, const std::string& word) {
  const auto all = split(words, '|');
  const auto at = std::find(all.begin(), all.end(), word);
  return at == all.end() ? Enum{} : static_cast<Enum>(at - all.begin());
}

}  // namespace

Outcome parse_outcome(const std::string& word) {
  for (const Outcome outcome : kOutcomes) {
    if (word == to_string(outcome)) return outcome;
  }
  return Outcome::recorded;
}

Severity parse_severity(const std::string& word) {
  for (const Severity severity : kSeverities) {
    if (word == to_string(severity)) return severity;
  }
  return Severity::warning;
}

json rule_to_json(const RuleReport& rule) {
  json whole{{"name", rule.name},
             {"about", rule.about},
             {"metric", to_string(rule.metric)},
             {"operator", to_string(rule.comparison)},
             {"threshold", rule.threshold},
             {"since_ms", rule.since_ms},
             {"repeat_ms", rule.repeat.count()},
             {"again", rule.again}};
  if (rule.value) whole["value"] = *rule.value;
  return whole;
}

RuleReport rule_from_json(const json& from) {
  RuleReport rule;
  rule.name = get_string(from, "name");
  rule.about = get_string(from, "about");
  rule.metric = enum_of<Metric>(kMetricWords, get_string(from, "metric"));
  rule.comparison = enum_of<Comparison>(kComparisonWords, get_string(from, "operator"));
  rule.threshold = get_number(from, "threshold");
  if (from.contains("value")) rule.value = get_number(from, "value");
  rule.since_ms = get_int(from, "since_ms");
  rule.repeat = Millis{get_int(from, "repeat_ms")};
  rule.again = get_bool(from, "again");
  return rule;
}

json alert_to_json(const Alert& alert) {
  json steps = json::array();
  for (const AlertStep& step : alert.steps) {
    steps.push_back({{"resource", step.resource},
                     {"step", step.step},
                     {"ok", step.ok},
                     {"took_ms", step.took.count()},
                     {"detail", step.detail}});
  }
  json whole{{"subject", to_string(alert.subject)},
             {"event_id", alert.event_id},
             {"node", alert.node},
             {"instance", alert.instance},
             {"vip", alert.vip},
             {"from", to_string(alert.from)},
             {"to", to_string(alert.to)},
             {"at_ms", alert.at_ms},
             {"took_ms", alert.took.count()},
             {"outcome", to_string(alert.outcome)},
             {"steps", std::move(steps)},
             {"problems", alert.problems}};
  if (alert.subject == Subject::digest) whole["covers"] = alert.covers;
  if (!alert.ends.empty()) whole["ends"] = alert.ends;
  if (alert.rule) whole["rule"] = rule_to_json(*alert.rule);
  if (alert.subject == Subject::digest || alert.rule) {
    whole["severity"] = to_string(alert.graveness);
  }
  return whole;
}

Alert alert_from_json(const json& from) {
  Alert alert;
  alert.subject = parse_subject(get_string(from, "subject"));
  alert.event_id = get_string(from, "event_id");
  alert.node = get_string(from, "node");
  alert.instance = get_string(from, "instance");
  alert.vip = get_string(from, "vip");
  alert.from = parse_state(get_string(from, "from")).value_or(State::none);
  alert.to = parse_state(get_string(from, "to")).value_or(State::none);
  alert.at_ms = get_int(from, "at_ms");
  alert.took = Millis{get_int(from, "took_ms")};
  alert.outcome = parse_outcome(get_string(from, "outcome"));
  for (const json& step : get_array(from, "steps")) {
    alert.steps.push_back({get_string(step, "resource"), get_string(step, "step"),
                           get_bool(step, "ok"), Millis{get_int(step, "took_ms")},
                           get_string(step, "detail")});
  }
  alert.problems = get_strings(from, "problems");
  if (alert.subject == Subject::digest) alert.covers = get_strings(from, "covers");
  alert.ends = get_strings(from, "ends");
  if (const auto rule = from.find("rule"); rule != from.end() && rule->is_object()) {
    alert.rule = rule_from_json(*rule);
  }
  if (alert.subject == Subject::digest || alert.rule) {
    alert.graveness = parse_severity(get_string(from, "severity"));
  }
  return alert;
}

}  // namespace ha
