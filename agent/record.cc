#include "agent/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/atomic_file.h"
#include "agent/clock.h"
#include "agent/file_lock.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxRecord = 256U << 10U;  // a MySQL GTID set can be long

constexpr std::array<std::pair<Freshness, const char*>, 4> kWords{{{Freshness::none, "none"},
                                                                   {Freshness::fresh, "fresh"},
                                                                   {Freshness::stale, "stale"},
                                                                   {Freshness::voided, "void"}}};

json to_json(const ServerIdentity& server) {
  return {{"run_id", server.run_id}, {"started_ms", server.started_ms}};
}

ServerIdentity server_from(const json& value) {
  return {value.at("run_id").get<std::string>(), value.at("started_ms").get<std::int64_t>()};
}

// "mysql main" -> record.mysql.main; section names hold no blank and no slash.
std::string path_of(const StateDir& dir, std::string resource) {
  std::replace(resource.begin(), resource.end(), ' ', '.');
  return dir.check() + "/record." + resource;
}

}  // namespace

bool same_server(const ServerIdentity& a, const ServerIdentity& b) {
  if (!a.run_id.empty() && !b.run_id.empty()) return a.run_id == b.run_id;
  if (a.started_ms == 0 || b.started_ms == 0) return true;
  constexpr std::int64_t kGranularity = 2000;
  return std::abs(a.started_ms - b.started_ms) < kGranularity;
}

std::string format_record(const Record& record) {
  json value = {{"version", 1},
                {"freshness", "none"},
                {"why", record.why},
                {"sole_holder", record.sole_holder},
                {"semi_sync", record.semi_sync},
                {"semi_sync_by", to_json(record.semi_sync_by)},
                {"server", to_json(record.server)},
                {"promoted", to_json(record.promoted)},
                {"promotion", record.promotion},
                {"coordinates", record.coordinates},
                {"seen_ms", record.seen_ms}};
  for (const auto& [freshness, word] : kWords) {
    if (freshness == record.freshness) value["freshness"] = word;
  }
  return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<Record> parse_record(const std::string& text) {
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object()) return {};
  try {
    Record record;
    const auto word = value.at("freshness").get<std::string>();
    const auto* known = std::find_if(kWords.begin(), kWords.end(),
                                     [&](const auto& each) { return word == each.second; });
    if (known == kWords.end()) return {};
    record.freshness = known->first;
    record.why = value.at("why").get<std::string>();
    record.sole_holder = value.at("sole_holder").get<bool>();
    record.semi_sync = value.at("semi_sync").get<bool>();
    record.semi_sync_by = server_from(value.at("semi_sync_by"));
    record.server = server_from(value.at("server"));
    record.promoted = server_from(value.at("promoted"));
    record.promotion = value.at("promotion").get<std::string>();
    record.coordinates = value.at("coordinates").get<std::string>();
    record.seen_ms = value.at("seen_ms").get<std::int64_t>();
    return record;
  } catch (const json::exception&) {
    return {};
  }
}

Result<Record> read_record(const StateDir& dir, const std::string& resource) {
  const std::string path = path_of(dir, resource);
  auto text = read_file(path, kMaxRecord);
  if (!text) {
    if (text.error().code == ENOENT) return Record{};
    return tl::unexpected(text.error());
  }
  auto record = parse_record(*text);
  if (!record) return fail(fmt::format("{} is not a record", path));
  return std::move(*record);
}

Record record_or_void(const StateDir& dir, const std::string& resource) {
  auto record = read_record(dir, resource);
  if (record) return std::move(*record);
  Record lost;
  lost.freshness = Freshness::voided;
  lost.why = "the record cannot be read: " + record.error().message;
  return lost;
}

namespace {

/// `looked_ms`: when the look at the servers began; nullopt: it is no look, and newer than any.
Status update(const StateDir& dir, const std::string& resource,
              std::optional<std::int64_t> looked_ms, Millis limit,
              const std::function<void(Record&)>& change) {
  if (auto made = make_dir(dir.check(), kCheckDirMode); !made) return made;
  const auto lock = lock_file(dir.check() + "/records.lock", kCheckFileMode, Deadline::in(limit));
  if (!lock) return tl::unexpected(lock.error());
  const Record before = record_or_void(dir, resource);
  std::int64_t seen_ms = looked_ms.value_or(wall_ms());
  // Of two looks that overlapped; further back it is the clock that was set.
  constexpr std::int64_t kOverlap = 10'000;
  if (before.seen_ms > seen_ms && before.seen_ms - seen_ms < kOverlap) {
    if (looked_ms) return {};
    seen_ms = before.seen_ms;
  }
  Record after = before;
  change(after);
  after.seen_ms = before.seen_ms;
  if (after == before) return {};  // what changed nothing needs no later time either
  Record same_but_place = after;
  same_but_place.coordinates = before.coordinates;
  const bool only_place = same_but_place == before;
  after.seen_ms = seen_ms;
  return write_file(path_of(dir, resource), format_record(after),
                    only_place ? Durability::relaxed : Durability::durable, kCheckFileMode);
}

}  // namespace

Status update_record(const StateDir& dir, const std::string& resource, std::int64_t seen_ms,
                     Millis limit, const std::function<void(Record&)>& change) {
  return update(dir, resource, seen_ms, limit, change);
}

Status update_own_record(const StateDir& dir, const std::string& resource, Millis limit,
                         const std::function<void(Record&)>& change) {
  return update(dir, resource, std::nullopt, limit, change);
}

}  // namespace ha
