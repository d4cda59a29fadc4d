#include "notify/rule_states.h"

#include <cerrno>
#include <nlohmann/json.hpp>

#include "agent/json_get.h"
#include "agent/log.h"
#include "notify/alert_json.h"

namespace ha {
namespace {

using nlohmann::json;

json to_json(const KeptRule& kept) {
  return {{"report", rule_to_json(kept.report)}, {"severity", to_string(kept.severity)},
          {"holds_ms", kept.state.holds_ms},     {"calm_ms", kept.state.calm_ms},
          {"firing_ms", kept.state.firing_ms},   {"told_ms", kept.state.told_ms}};
}

KeptRule from_json(const json& from) {
  KeptRule kept;
  if (const auto report = from.find("report"); report != from.end()) {
    kept.report = rule_from_json(*report);
  }
  kept.severity = parse_severity(get_string(from, "severity"));
  kept.state = {get_int(from, "holds_ms"), get_int(from, "calm_ms"), get_int(from, "firing_ms"),
                get_int(from, "told_ms")};
  return kept;
}

}  // namespace

RuleStates read_rule_states(const StateDir& dir) {
  RuleStates states;
  const auto text = read_file(dir.rules());
  if (!text) {
    if (text.error().code != ENOENT) log::warning(text.error().message);
    return states;
  }
  const json whole = json::parse(*text, nullptr, false);
  states.judged_ms = get_int(whole, "judged_ms");
  if (!whole.is_object() || !whole.contains("rules") || !whole["rules"].is_object()) return states;
  for (const auto& [key, value] : whole["rules"].items()) {
    if (value.is_object()) states.rules[key] = from_json(value);
  }
  return states;
}

Status write_rule_states(const StateDir& dir, const RuleStates& states, Durability durability) {
  json rules = json::object();
  for (const auto& [key, kept] : states.rules) rules[key] = to_json(kept);
  const json whole{{"version", 1}, {"judged_ms", states.judged_ms}, {"rules", std::move(rules)}};
  return write_file(dir.rules(), whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n",
                    durability);
}

}  // namespace ha
