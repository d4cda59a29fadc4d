#include "agent/sample.h"

#include <array>
#include <nlohmann/json.hpp>

#include "agent/json_get.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxSeen = 300;
constexpr std::array kLevels{Level::ok, Level::degraded, Level::pending, Level::unknown, Level::no};

std::optional<std::int64_t> optional_int(const json& from, const char* key) {
  const auto it = from.find(key);
  if (it == from.end() || !it->is_number_integer()) return std::nullopt;
  return it->get<std::int64_t>();
}

std::optional<ResourceSample> parse_resource(const json& from) {
  ResourceSample one;
  one.resource = get_string(from, "resource");
  const std::string word = get_string(from, "level");
  bool known = false;
  for (const Level level : kLevels) {
    if (word != to_string(level)) continue;
    one.level = level;
    known = true;
  }
  if (one.resource.empty() || !known) return std::nullopt;
  one.took = Millis{get_int(from, "took_ms")};
  if (const auto lag = optional_int(from, "lag_ms")) one.lag = Millis{*lag};
  if (const auto wait = optional_int(from, "write_wait_ms")) one.write_wait = Millis{*wait};
  one.no_source = get_bool(from, "no_source");
  one.connections = optional_int(from, "connections");
  one.dataset_bytes = optional_int(from, "dataset_bytes");
  one.seen = get_string(from, "seen");
  return one;
}

}  // namespace

std::string format_sample(const Sample& sample) {
  json resources = json::array();
  for (const ResourceSample& one : sample.resources) {
    json value{
        {"resource", one.resource}, {"level", to_string(one.level)}, {"took_ms", one.took.count()}};
    if (one.lag) value["lag_ms"] = one.lag->count();
    if (one.write_wait) value["write_wait_ms"] = one.write_wait->count();
    if (one.no_source) value["no_source"] = true;
    if (one.connections) value["connections"] = *one.connections;
    if (one.dataset_bytes) value["dataset_bytes"] = *one.dataset_bytes;
    if (!one.seen.empty()) value["seen"] = one.seen.substr(0, kMaxSeen);
    resources.push_back(std::move(value));
  }
  const json whole{{"at_ms", sample.at_ms}, {"resources", std::move(resources)}};
  return whole.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Sample> parse_sample(std::string_view line) {
  const json whole = json::parse(line, nullptr, false);
  Sample sample;
  sample.at_ms = get_int(whole, "at_ms");
  if (sample.at_ms <= 0) return std::nullopt;
  for (const json& each : get_array(whole, "resources")) {
    if (auto one = parse_resource(each)) sample.resources.push_back(std::move(*one));
  }
  return sample;
}

}  // namespace ha
