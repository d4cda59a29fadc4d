#include "checks/sampling.h"

#include <string_view>

#include "agent/sample_log.h"
#include "checks/fact.h"
#include "checks/locked.h"
#include "checks/mysql.h"
#include "checks/redis.h"

namespace ha {
namespace {

std::optional<std::int64_t> number(const Finding& finding, std::string_view name) {
  const auto* value = fact<std::int64_t>(finding, name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

}  // namespace

Sample sample_of(const std::vector<Finding>& findings, std::int64_t at_ms) {
  Sample sample;
  sample.at_ms = at_ms;
  for (const Finding& finding : findings) {
    if (!was_asked(finding)) continue;
    ResourceSample one;
    one.resource = finding.kind + " " + finding.name;
    one.level = finding.level;
    one.took = finding.took;
    if (const auto lag = number(finding, kLagFact)) one.lag = Millis{*lag};
    if (const auto wait = number(finding, kWriteWaitFact)) one.write_wait = Millis{*wait};
    const std::string* const receiver = fact<std::string>(finding, kReceiverFact);
    one.no_source = receiver != nullptr && *receiver == "none";
    one.connections = number(finding, kConnectionsFact);
    one.dataset_bytes = number(finding, kDatasetFact);
    if (finding.level != Level::ok) one.seen = finding.seen;
    sample.resources.push_back(std::move(one));
  }
  return sample;
}

void remember_sample(CheckMemory& memory, const StateDir& dir, const Sample& sample) {
  if (auto appended = append_sample(dir, sample); !appended) {
    memory.note_trouble(appended.error().message);
    return;
  }
  // Whoever finds the lock taken leaves it to the next check.
  const auto lock = lock_memory(memory, Deadline::in(Millis{0}));
  if (!lock) return;
  if (auto rotated = rotate_samples(dir); !rotated) memory.note_trouble(rotated.error().message);
}

}  // namespace ha
