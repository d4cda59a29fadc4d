#include "notify/told_trouble.h"

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "agent/json_get.h"
#include "agent/log.h"

namespace ha {

Trouble open_after(Trouble open, const Alert& alert) {
  if (alert.subject != Subject::transition) return open;
  if (severity_of(alert) == Severity::critical) {
    const std::string state(to_string(alert.to));
    const bool there =
        std::find(open.states.begin(), open.states.end(), state) != open.states.end();
    if (!there) open.states.push_back(state);
    open.at_ms = std::max(open.at_ms, alert.at_ms);
  } else if (!ended_by(open, alert).empty()) {
    open = {};
  }
  return open;
}

std::vector<std::string> ended_by(const Trouble& open, const Alert& alert) {
  const bool ends = alert.subject == Subject::transition && alert.outcome == Outcome::done &&
                    alert.at_ms >= open.at_ms;
  return ends ? open.states : std::vector<std::string>{};
}

Trouble read_trouble(const StateDir& dir) {
  const auto text = read_file(dir.trouble());
  if (!text) {
    if (text.error().code != ENOENT) log::warning(text.error().message);
    return {};
  }
  const auto whole = nlohmann::json::parse(*text, nullptr, false);
  return {get_strings(whole, "states"), get_int(whole, "at_ms")};
}

Status write_trouble(const StateDir& dir, const Trouble& open) {
  if (read_trouble(dir) == open) return {};
  const nlohmann::json whole{{"version", 1}, {"states", open.states}, {"at_ms", open.at_ms}};
  return write_file(dir.trouble(), whole.dump() + "\n", Durability::durable);
}

}  // namespace ha
