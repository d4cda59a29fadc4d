#include "notify/tell.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "agent/json_get.h"
#include "agent/log.h"
#include "agent/role_state.h"
#include "notify/journal.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr Outcome kOutcomes[] = {Outcome::done,      Outcome::refused,    Outcome::failed,
                                 Outcome::overtaken, Outcome::superseded, Outcome::interrupted,
                                 Outcome::recorded,  Outcome::suspended};

Outcome parse_outcome(const std::string& word) {
  for (const Outcome outcome : kOutcomes) {
    if (word == to_string(outcome)) return outcome;
  }
  return Outcome::interrupted;
}

void add_step(Alert& alert, const json& line) {
  alert.steps.push_back({line.value("resource", ""), line.value("step", ""),
                         line.value("ok", false), Millis{line.value("took_ms", std::int64_t{0})},
                         line.value("detail", "")});
}

void add_end(Alert& alert, const json& line) {
  alert.outcome = parse_outcome(line.value("outcome", ""));
  alert.took = Millis{line.value("took_ms", std::int64_t{0})};
  for (std::string& problem : get_strings(line, "problems")) {
    alert.problems.push_back(std::move(problem));
  }
}

void put_out(const Config& config, const StateDir& dir, Event event, const Alert& alert) {
  if (auto queued = enqueue_alert(dir, config, alert); !queued) {
    log::error(fmt::format("event {}: the alert could not be queued: {}", event.id,
                           queued.error().message));
    return;
  }
  event.told = true;
  if (auto recorded = record_event(dir, event); !recorded) log::error(recorded.error().message);
}

/// Of the untold events that nobody works on any more, those that are `wanted`.
void tell_those(const Config& config, const StateDir& dir,
                const std::function<bool(const Event&)>& wanted) {
  const auto events = read_events(dir);
  const auto state = read_role_state(dir);
  if (!events || !state) return;
  const auto is_left = [&](const Event& event) { return !event.told && wanted(event); };
  if (std::none_of(events->begin(), events->end(), is_left)) return;
  const auto lines = read_journal(dir);
  if (!lines) {
    log::error(lines.error().message);
    return;
  }
  const ProcessId self = ProcessId::self();
  // Whoever works on roles tells of them before it goes, also of events that others recorded.
  const bool at_work = state->worker.alive() && state->worker != self;
  const std::string instance = driving_instance(*events, config.agent.instance, state->instance);
  const auto newest = newest_event(*events, instance);
  for (const Event& event : *events) {
    if (!is_left(event)) continue;
    const bool drives = drives_roles(event, instance);
    if (drives && at_work) continue;
    const bool superseded = drives && newest && newest->id != event.id;
    // A hook tells its own event as long as it lives.
    if (!superseded && event.hook.alive() && event.hook != self) continue;
    const Alert alert = alert_from_journal(config, event, *lines, superseded);
    journal_end(dir, alert);
    put_out(config, dir, event, alert);
  }
}

}  // namespace

Alert alert_about(const Config& config, const Event& event, State from) {
  Alert alert;
  alert.event_id = event.id;
  alert.node = config.agent.node;
  alert.instance = event.instance;
  alert.vip = config.agent.vip;
  alert.from = from;
  alert.to = event.state;
  alert.at_ms = event.at_ms;
  return alert;
}

void journal_end(const StateDir& dir, const Alert& alert) {
  journal(dir, "end",
          {{"event", alert.event_id},
           {"outcome", to_string(alert.outcome)},
           {"took_ms", alert.took.count()},
           {"problems", alert.problems}},
          Durability::durable);
}

Alert alert_from_journal(const Config& config, const Event& event, const std::vector<json>& lines,
                         bool superseded) {
  Alert alert = alert_about(config, event, State::none);
  alert.outcome = superseded ? Outcome::superseded : Outcome::interrupted;
  for (const json& line : lines) {
    if (!line.is_object() || line.value("event", "") != event.id) continue;
    const std::string type = line.value("type", "");
    if (type == "begin") {
      alert.from = parse_state(line.value("from", "")).value_or(State::none);
      alert.outcome = Outcome::interrupted;
    } else if (type == "step") {
      add_step(alert, line);
    } else if (type == "end") {
      add_end(alert, line);
    }
  }
  return alert;
}

void tell_leftovers(const Config& config, const StateDir& dir) {
  tell_those(config, dir, [](const Event&) { return true; });
}

void tell(const Config& config, const StateDir& dir, Event event, const Alert& alert) {
  // What a killed hook left of this instance comes first, or people would read it after this one.
  tell_those(config, dir, [&](const Event& other) {
    return other.instance == event.instance && other.id != event.id &&
           (other.hook.boot_id != event.hook.boot_id || older(other, event));
  });
  put_out(config, dir, std::move(event), alert);
}

}  // namespace ha
