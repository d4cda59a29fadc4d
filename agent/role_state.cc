#include "agent/role_state.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "agent/process.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::pair<RoleState::Work, const char*> kWorkWords[] = {
    {RoleState::Work::idle, "idle"},          {RoleState::Work::running, "running"},
    {RoleState::Work::done, "done"},          {RoleState::Work::refused, "refused"},
    {RoleState::Work::failed, "failed"},      {RoleState::Work::fenced, "fenced"},
    {RoleState::Work::suspended, "suspended"}};

json to_json(const RoleState& state) {
  json value = {{"version", 1},
                {"event", state.event_id},
                {"state", to_string(state.state)},
                {"work", "idle"},
                {"boot_id", state.worker.boot_id},
                {"start_ticks", state.worker.start_ticks},
                {"pid", state.worker.pid},
                {"instance", state.instance},
                {"promoted_at_boottime_ms", state.promoted_at_ms},
                {"promotion", state.promotion_id},
                {"serving", state.serving},
                {"fenced_why", state.fenced_why},
                {"forced_until_boottime_ms", state.forced_until_ms},
                {"forced_why", state.forced_why},
                {"refusals", json::array()},
                {"held", nullptr}};
  for (const auto& [work, word] : kWorkWords) {
    if (work == state.work) value["work"] = word;
  }
  for (const Refusal& refusal : state.refusals) {
    value["refusals"].push_back(
        {{"resource", refusal.resource}, {"cause", refusal.cause}, {"why", refusal.why}});
  }
  if (state.held) {
    value["held"] = {{"resource", state.held->resource},
                     {"step", state.held->step},
                     {"error", state.held->error},
                     {"event", state.held->event_id},
                     {"since_ms", state.held->since_ms}};
  }
  return value;
}

RoleState from_json(const json& value) {
  RoleState state;
  state.event_id = value.at("event").get<std::string>();
  state.state = parse_state(value.at("state").get<std::string>()).value_or(State::none);
  const auto work = value.at("work").get<std::string>();
  for (const auto& [known, word] : kWorkWords) {
    if (work == word) state.work = known;
  }
  state.worker.boot_id = value.at("boot_id").get<std::string>();
  state.worker.start_ticks = value.at("start_ticks").get<std::int64_t>();
  state.worker.pid = value.at("pid").get<std::int64_t>();
  state.instance = value.at("instance").get<std::string>();
  state.promoted_at_ms = value.at("promoted_at_boottime_ms").get<std::int64_t>();
  state.promotion_id = value.at("promotion").get<std::string>();
  // Not in a file that an earlier version wrote.
  state.serving = value.value("serving", state.promoted_at_ms != 0);
  state.fenced_why = value.value("fenced_why", "");
  state.forced_until_ms = value.value("forced_until_boottime_ms", std::int64_t{0});
  state.forced_why = value.value("forced_why", "");
  for (const json& refusal : value.at("refusals")) {
    state.refusals.push_back({refusal.at("resource").get<std::string>(),
                              refusal.at("cause").get<std::string>(),
                              refusal.at("why").get<std::string>()});
  }
  if (const json& held = value.at("held"); held.is_object()) {
    state.held = Held{held.at("resource").get<std::string>(), held.at("step").get<std::string>(),
                      held.at("error").get<std::string>(), held.at("event").get<std::string>(),
                      held.at("since_ms").get<std::int64_t>()};
  }
  return state;
}

// The newest event decides; role.json tells how far the work on it has come.
Phase phase_of(const RoleState& state, const std::optional<Event>& newest) {
  if (state.held) return Phase::held;
  if (!newest) return Phase::idle;
  if (state.event_id != newest->id) {
    // Not begun yet: by the hook that recorded it, or left by it to the one that holds the lock.
    const bool worker_busy = state.work == RoleState::Work::running && state.worker.alive();
    return newest->hook.alive() || worker_busy ? Phase::running : Phase::died;
  }
  switch (state.work) {
    case RoleState::Work::idle:
    case RoleState::Work::done:
    case RoleState::Work::failed:
    case RoleState::Work::suspended:
      return Phase::idle;
    case RoleState::Work::running:
      return state.worker.alive() ? Phase::running : Phase::died;
    case RoleState::Work::refused:
      return Phase::refused;
    case RoleState::Work::fenced:
      return Phase::fenced;
  }
  return Phase::idle;
}

}  // namespace

Result<RoleState> read_role_state(const StateDir& dir) {
  auto text = read_file(dir.role());
  if (!text) {
    if (text.error().code == ENOENT) return RoleState{};
    return tl::unexpected(text.error());
  }
  try {
    return from_json(json::parse(*text));
  } catch (const json::exception&) {
    return fail(fmt::format(
        "{} is not a role record; move it away and let the next event make a new one", dir.role()));
  }
}

Status write_role_state(const StateDir& dir, const RoleState& state, Durability durability) {
  return write_file_or_spare(dir.role(), to_json(state).dump(1) + "\n", dir.role_spare(),
                             durability);
}

std::optional<bool> address_is_here(const std::string& address) {
  in_addr v4{};
  in6_addr v6{};
  const bool is_v4 = ::inet_pton(AF_INET, address.c_str(), &v4) == 1;
  if (!is_v4 && ::inet_pton(AF_INET6, address.c_str(), &v6) != 1) return false;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return std::nullopt;
  const std::unique_ptr<ifaddrs, decltype([](ifaddrs* l) { ::freeifaddrs(l); })> owner(list);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    if (is_v4 && entry->ifa_addr->sa_family == AF_INET) {
      sockaddr_in have{};
      std::memcpy(&have, entry->ifa_addr, sizeof have);
      if (have.sin_addr.s_addr == v4.s_addr) return true;
    } else if (!is_v4 && entry->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 have{};
      std::memcpy(&have, entry->ifa_addr, sizeof have);
      if (std::memcmp(&have.sin6_addr, &v6, sizeof v6) == 0) return true;
    }
  }
  return false;
}

Millis cooldown_left(const RoleState& state, bool this_boot, Millis interval) {
  if (!this_boot || state.promoted_at_ms == 0) return Millis{0};
  return std::max(Millis{0}, interval - Millis{boottime_ms() - state.promoted_at_ms});
}

RoleGathered gather_role(const Config& config) {
  RoleGathered gathered;
  RoleView& view = gathered.view;
  view.vip_set = !config.agent.vip.empty();
  if (view.vip_set) {
    // A list that cannot be had is no VIP that has left: it would demote a MASTER that serves.
    const auto here = address_is_here(config.agent.vip);
    view.vip_here = here.value_or(false);
    if (!here) {
      view.readable = false;
      view.why = "this host does not say which addresses it has";
      return gathered;
    }
  }

  const StateDir dir{config.agent.state_dir};
  auto events = read_events(dir);
  auto state = read_role_state(dir);
  auto maintenance = read_maintenance(dir);
  auto handover = read_handover(dir);
  if (!events || !state || !maintenance || !handover) {
    view.readable = false;
    view.why = !events        ? events.error().message
               : !state       ? state.error().message
               : !maintenance ? maintenance.error().message
                              : handover.error().message;
    return gathered;
  }
  if (*maintenance && !(*maintenance)->over(wall_ms())) gathered.maintenance = *maintenance;
  gathered.handover = *handover;
  if (gathered.handover && gathered.handover->alive()) {
    view.handing_over = gathered.handover->reason;
  }
  gathered.state = *state;
  const bool this_boot = state->worker.boot_id == boot_id();
  gathered.first_boot = events->empty();
  gathered.forced = this_boot && state->forced_until_ms > boottime_ms();
  view.cooldown =
      cooldown_left(*state, this_boot && !gathered.forced, config.agent.min_promote_interval);
  gathered.instance =
      driving_instance(*events, config.agent.instance, this_boot ? state->instance : std::string());
  gathered.newest = newest_event(*events, gathered.instance);
  if (gathered.newest) view.newest = gathered.newest->state;
  view.phase = phase_of(*state, gathered.newest);
  if (view.phase == Phase::held) {
    view.why =
        fmt::format("{}: {}: {}", state->held->resource, state->held->step, state->held->error);
  } else if (view.phase == Phase::fenced) {
    view.why = state->fenced_why;
  } else if (view.phase == Phase::refused) {
    for (const Refusal& refusal : state->refusals) {
      if (!view.why.empty()) view.why += "; ";
      view.why += fmt::format("{}: {}", refusal.resource, refusal.why);
    }
  }
  const bool promoted_now = gathered.newest && state->promotion_id == gathered.newest->id;
  view.starting =
      promoted_now && boottime_ms() - state->promoted_at_ms < config.agent.start_timeout.count();
  return gathered;
}

}  // namespace ha
