#include "agent/lock_lease.h"

#include <fmt/format.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "agent/file_lock.h"
#include "agent/lock_times.h"
#include "agent/process.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFile = 64U << 10U;

std::string to_text(const LockLease& lease) {
  const json value = {{"version", 1},
                      {"lease", lease.lease},
                      {"until_boottime_ms", lease.until_ms},
                      {"touched_boottime_ms", lease.touched_ms},
                      {"ttl_ms", lease.ttl.count()},
                      {"boot_id", boot_id()},
                      {"keeper_start_ticks", lease.keeper.start_ticks},
                      {"keeper_pid", lease.keeper.pid},
                      {"endpoint", lease.endpoint},
                      {"trouble", lease.trouble},
                      {"forced_why", lease.forced_why}};
  return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<LockLease> from_json(const json& value) {
  LockLease lease;
  lease.keeper.boot_id = value.at("boot_id").get<std::string>();
  if (lease.keeper.boot_id != boot_id()) return std::nullopt;
  lease.lease = value.at("lease").get<std::int64_t>();
  lease.until_ms = value.at("until_boottime_ms").get<std::int64_t>();
  lease.touched_ms = value.at("touched_boottime_ms").get<std::int64_t>();
  lease.ttl = Millis{value.at("ttl_ms").get<std::int64_t>()};
  lease.keeper.start_ticks = value.at("keeper_start_ticks").get<std::int64_t>();
  lease.keeper.pid = value.at("keeper_pid").get<std::int64_t>();
  lease.endpoint = value.at("endpoint").get<std::string>();
  lease.trouble = value.at("trouble").get<std::string>();
  lease.forced_why = value.at("forced_why").get<std::string>();
  return lease;
}

std::string seconds(std::int64_t ms) {
  return fmt::format("{}.{} s", ms / 1000, ms / 100 % 10);
}

std::string because(std::string text, const std::string& why) {
  return why.empty() ? text : fmt::format("{}: {}", text, why);
}

struct Opinion {
  Level level = Level::ok;
  std::string seen;
};

// Of a MASTER whose promotion is over.
Opinion of_a_master(const LockSight& sight) {
  if (!sight.lease) return {Level::no, sight.lease.error().message};
  const bool known =
      *sight.lease && ((*sight.lease)->until_ms != 0 || !(*sight.lease)->forced_why.empty());
  if (!known) {
    // Promoted before there was a lock in the configuration, or given back because nothing here
    // takes writes. watch takes it, or stops the writes if another node has it.
    return {Level::degraded, "not held; watch takes it if this node takes writes"};
  }
  const LockLease& lease = **sight.lease;
  if (!lease.forced_why.empty()) {
    return {Level::degraded, "not held: an operator forced the promotion: " + lease.forced_why};
  }
  const std::int64_t left = lease.until_ms - sight.now_ms;
  if (left <= 0) {
    return {Level::no, because(fmt::format("it ended {} ago", seconds(-left)), lease.trouble)};
  }
  if (sight.now_ms >= fence_due(lease.until_ms, lease.ttl)) {
    return {Level::no, because(fmt::format("it ends in {}", seconds(left)), lease.trouble)};
  }
  if (lease.keeper.pid != 0 && !sight.keeper_alive) {
    return {Level::no, fmt::format("nobody renews it: `ha-agent watch` must run; it ends in {}",
                                   seconds(left))};
  }
  const Millis untouched{sight.now_ms - lease.touched_ms};
  if (untouched >= keeper_patience(lease.ttl)) {
    return {Level::no,
            fmt::format("nobody has renewed it for {}: `ha-agent watch` must run; it ends in {}",
                        seconds(untouched.count()), seconds(left))};
  }
  if (!lease.trouble.empty()) {
    return {Level::degraded, fmt::format("it ends in {} and is not being renewed: {}",
                                         seconds(left), lease.trouble)};
  }
  return {Level::ok, fmt::format("held, {} left", seconds(left))};
}

}  // namespace

Result<std::optional<LockLease>> read_lock_lease(const StateDir& dir) {
  auto text = read_file(dir.lock_lease(), kMaxFile);
  if (!text) {
    if (text.error().code == ENOENT) return std::nullopt;
    return tl::unexpected(text.error());
  }
  try {
    return from_json(json::parse(*text));
  } catch (const json::exception&) {
    return fail(fmt::format("{} is not a lock's record; move it away", dir.lock_lease()));
  }
}

Status update_lock_lease(const StateDir& dir, Millis limit,
                         const std::function<void(std::optional<LockLease>&)>& change) {
  const auto lock = lock_file(dir.lock_lease() + ".lock", kStateFileMode, Deadline::in(limit));
  if (!lock) return tl::unexpected(lock.error());
  auto lease = read_lock_lease(dir);
  std::optional<LockLease> now = lease ? std::move(*lease) : std::nullopt;
  change(now);
  if (!now) return remove_file(dir.lock_lease());
  // A power cut ends the lease's boot, and with it what the file says.
  return write_file(dir.lock_lease(), to_text(*now), Durability::relaxed);
}

std::string lock_value(const std::string& node) {
  return json{{"node", node}, {"boot", boot_id()}}.dump(-1, ' ', false,
                                                        json::error_handler_t::replace);
}

std::string lock_holder(const std::string& value) {
  const json parsed = json::parse(value, nullptr, false);
  if (parsed.is_object() && parsed.contains("node") && parsed["node"].is_string()) {
    return parsed["node"].get<std::string>();
  }
  return value.substr(0, 64);
}

Finding judge_lock(const LockConfig& config, const LockSight& sight) {
  Finding finding{"lock", config.name, Level::ok, {}, {}, {}};
  Opinion opinion;
  const bool held = sight.lease && *sight.lease && (*sight.lease)->held(sight.now_ms);
  if (sight.role == Role::standby) {
    opinion = {Level::ok, held ? "still held" : "not held"};
  } else if (sight.promoting) {
    opinion = {Level::pending, held ? "held" : "the promotion takes it"};
  } else {
    opinion = of_a_master(sight);
    const bool lost = opinion.level == Level::no && config.on_lock_lost == OnLockLost::alert;
    if (lost) opinion = {Level::degraded, opinion.seen + " (on_lock_lost = alert)"};
  }
  finding.facts.emplace_back("held", held);
  if (held) finding.facts.emplace_back("left_ms", (*sight.lease)->until_ms - sight.now_ms);
  finding.level = opinion.level;
  finding.seen = std::move(opinion.seen);
  return finding;
}

}  // namespace ha
