// When the rule of an [alert] section fires, is told again, and is over. Pure.
#pragma once
#include <cstdint>
#include <string>

#include "agent/config.h"

namespace ha {

/// What a rule sees of its metric at one moment.
struct Reading {
  enum class Kind {
    unknown,  ///< not measured: neither good nor bad
    none,     ///< there is nothing to measure, such as the lag of a primary
    value,
  };
  Kind kind = Kind::unknown;
  double value = 0;
  std::string seen;  ///< for people; may be empty
};

/// Times are of the wall clock, in milliseconds; 0: not so.
struct RuleState {
  std::int64_t holds_ms = 0;   ///< since when the condition holds
  std::int64_t calm_ms = 0;    ///< firing, but since then the condition does not hold
  std::int64_t firing_ms = 0;  ///< fires: since when the condition has held
  std::int64_t told_ms = 0;    ///< when it was told last

  bool operator==(const RuleState&) const = default;
};

enum class RuleNews { none, firing, again, resolved };

/// Takes a reading in. `now_ms` of successive calls may go back with the wall clock.
RuleNews judge_rule(RuleState& state, const AlertRuleConfig& rule, const Reading& reading,
                    std::int64_t now_ms);

}  // namespace ha
