// Design: an event is one file below events/, named by its id; recording it is one atomic, durable
// write, so two hooks never touch the same file and a hook killed at any point has either recorded
// its event or not. Nothing but prune_events() removes one.
#include "agent/event.h"

#include <dirent.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "agent/log.h"
#include "agent/process.h"
#include "agent/system_error.h"

namespace ha {
namespace {

using nlohmann::json;

std::string path_of(const StateDir& dir, const Event& event) {
  return dir.events() + "/" + event.id + ".json";
}

json to_json(const Event& event) {
  return {{"id", event.id},
          {"boot_id", event.hook.boot_id},
          {"start_ticks", event.hook.start_ticks},
          {"pid", event.hook.pid},
          {"instance", event.instance},
          {"group", event.group},
          {"state", to_string(event.state)},
          {"priority", event.priority},
          {"at_ms", event.at_ms},
          {"told", event.told}};
}

std::optional<Event> from_json(const std::string& text) {
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  try {
    Event event;
    event.id = value.at("id").get<std::string>();
    event.hook.boot_id = value.at("boot_id").get<std::string>();
    event.hook.start_ticks = value.at("start_ticks").get<std::int64_t>();
    event.hook.pid = value.at("pid").get<std::int64_t>();
    event.instance = value.at("instance").get<std::string>();
    event.group = value.at("group").get<bool>();
    event.priority = value.at("priority").get<int>();
    event.at_ms = value.at("at_ms").get<std::int64_t>();
    event.told = value.at("told").get<bool>();
    const auto state = parse_state(value.at("state").get<std::string>());
    if (!state) return std::nullopt;
    event.state = *state;
    return event;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

auto order_of(const Event& event, const std::string& this_boot) {
  // Earlier boots first, in the order of their clocks: ticks of different boots do not compare.
  const bool current = event.hook.boot_id == this_boot;
  return std::make_tuple(current, current ? 0 : event.at_ms, event.hook.start_ticks,
                         event.hook.pid);
}

}  // namespace

bool older(const Event& a, const Event& b) {
  return std::tie(a.hook.start_ticks, a.hook.pid) < std::tie(b.hook.start_ticks, b.hook.pid);
}

Status record_event(const StateDir& dir, const Event& event) {
  return write_file_or_spare(path_of(dir, event), to_json(event).dump() + "\n", dir.event_spare());
}

Result<std::vector<Event>> read_events(const StateDir& dir) {
  const std::unique_ptr<DIR, decltype([](DIR* d) { ::closedir(d); })> listing(
      ::opendir(dir.events().c_str()));
  std::vector<Event> events;
  if (!listing) {
    if (errno == ENOENT) return events;
    return fail_errno("cannot read", dir.events());
  }
  // The stream is ours alone, so readdir() is safe.
  while (const dirent* entry = ::readdir(listing.get())) {  // NOLINT(concurrency-mt-unsafe)
    const std::string name = entry->d_name;
    if (!name.ends_with(".json")) continue;
    const std::string path = dir.events() + "/" + name;
    auto text = read_file(path);
    if (!text) {
      if (text.error().code == ENOENT) continue;  // pruned meanwhile
      return tl::unexpected(text.error());
    }
    if (auto event = from_json(*text)) {
      events.push_back(std::move(*event));
    } else {
      log::warning(fmt::format("{} is not an event record; skipped", path));
    }
  }
  const std::string this_boot = boot_id();
  std::sort(events.begin(), events.end(), [&](const Event& a, const Event& b) {
    return order_of(a, this_boot) < order_of(b, this_boot);
  });
  return events;
}

Status prune_events(const StateDir& dir, std::size_t keep) {
  auto events = read_events(dir);
  if (!events) return tl::unexpected(events.error());
  std::set<std::string> seen;
  std::size_t newer = 0;
  for (auto event = events->rbegin(); event != events->rend(); ++event) {
    const bool newest_of_its_instance = seen.insert(event->instance).second;
    if (newer++ < keep || newest_of_its_instance || !event->told) continue;
    if (auto removed = remove_file(path_of(dir, *event)); !removed) return removed;
  }
  return {};
}

std::string driving_instance(const std::vector<Event>& events, const std::string& configured,
                             const std::string& adopted) {
  if (!configured.empty()) return configured;
  const std::string this_boot = boot_id();
  std::string driving = adopted;
  State last = State::none;
  for (const Event& event : events) {
    if (event.instance.empty() || event.hook.boot_id != this_boot) continue;
    if (driving.empty() || last == State::stop || last == State::deleted) driving = event.instance;
    if (event.instance == driving) last = event.state;
  }
  return driving;
}

bool drives_roles(const Event& event, const std::string& instance) {
  return event.instance.empty() || event.instance == instance;
}

std::optional<Event> newest_event(const std::vector<Event>& events, const std::string& instance) {
  const std::string this_boot = boot_id();
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event->hook.boot_id == this_boot && drives_roles(*event, instance)) return *event;
  }
  return std::nullopt;
}

}  // namespace ha
