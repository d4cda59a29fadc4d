#include "notify/rule.h"

#include <algorithm>

namespace ha {
namespace {

/// A clock that was set back must not make anything last for ever.
void clamp(std::int64_t& time_ms, std::int64_t now_ms) {
  time_ms = std::min(time_ms, now_ms);
}

void begin(std::int64_t& since_ms, std::int64_t now_ms) {
  if (since_ms == 0) since_ms = now_ms;
}

RuleNews repeated(RuleState& state, const AlertRuleConfig& rule, std::int64_t now_ms) {
  if (state.firing_ms == 0 || rule.repeat_interval == Millis{0}) return RuleNews::none;
  if (now_ms - state.told_ms < rule.repeat_interval.count()) return RuleNews::none;
  state.told_ms = now_ms;
  return RuleNews::again;
}

}  // namespace

RuleNews judge_rule(RuleState& state, const AlertRuleConfig& rule, const Reading& reading,
                    std::int64_t now_ms) {
  for (std::int64_t* time : {&state.holds_ms, &state.calm_ms, &state.firing_ms, &state.told_ms}) {
    clamp(*time, now_ms);
  }
  if (reading.kind == Reading::Kind::unknown) {
    // What nobody sees neither begins nor ends; it goes on if it was there.
    state.holds_ms = 0;
    state.calm_ms = 0;
    return repeated(state, rule, now_ms);
  }
  const bool holds = reading.kind == Reading::Kind::value &&
                     compare(reading.value, rule.comparison, rule.threshold);
  if (!holds) {
    state.holds_ms = 0;
    if (state.firing_ms == 0) return RuleNews::none;
    begin(state.calm_ms, now_ms);
    if (now_ms - state.calm_ms < rule.hold.count()) return repeated(state, rule, now_ms);
    state = {};
    return RuleNews::resolved;
  }
  state.calm_ms = 0;
  begin(state.holds_ms, now_ms);
  if (state.firing_ms != 0) return repeated(state, rule, now_ms);
  if (now_ms - state.holds_ms < rule.hold.count()) return RuleNews::none;
  state.firing_ms = state.holds_ms;
  state.told_ms = now_ms;
  return RuleNews::firing;
}

}  // namespace ha
