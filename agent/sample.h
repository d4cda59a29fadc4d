// What one check saw, as a line of numbers: the history that rules are judged by and that metrics
// are made of. Checks append, watch reads. Plain values; formatting and parsing are pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/deadline.h"
#include "agent/finding.h"

namespace ha {

struct ResourceSample {
  std::string resource;  ///< "mysql main"
  Level level = Level::unknown;
  Millis took{};
  std::optional<Millis> lag;                ///< of a replica whose receiver runs
  std::optional<Millis> write_wait;         ///< of a primary: how long its writes stand still
  bool no_source = false;                   ///< there is nothing that it could lag behind
  std::optional<std::int64_t> connections;  ///< clients
  std::optional<std::int64_t> dataset_bytes;
  std::string seen;  ///< what was seen, where the level is not ok
};

struct Sample {
  std::int64_t at_ms = 0;  ///< wall clock, when the check began
  std::vector<ResourceSample> resources;
};

/// One line, without its end.
std::string format_sample(const Sample& sample);
/// nullopt for a text that is none, such as half a line of a full disk.
std::optional<Sample> parse_sample(std::string_view line);

}  // namespace ha
