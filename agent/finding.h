// What a probe found out about one resource. A plain value, made by the pure judge functions of
// checks/.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/deadline.h"

namespace ha {

enum class Level {
  ok,
  degraded,  ///< counts as ok and is said loudly
  pending,   ///< counts as ok: a promotion runs, or a back end is starting
  unknown,   ///< no answer within the deadline
  no,
};

using FactValue = std::variant<bool, std::int64_t, std::string>;
/// Name and value, in the order to show; the names are the JSON output's field names.
using Facts = std::vector<std::pair<std::string, FactValue>>;

struct Finding {
  std::string kind;  ///< http, mysql, redis, unit, lock
  std::string name;  ///< the section's name
  Level level = Level::unknown;
  std::string seen;  ///< one line for people: what was seen, or what was expected and is not so
  Millis took{};
  Facts facts;
};

/// "ok", "degraded", "pending", "unknown", "no".
const char* to_string(Level level);

}  // namespace ha
