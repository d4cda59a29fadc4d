#include "notify/told_trouble.h"

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "agent/json_get.h"
#include "agent/log.h"

namespace ha {

std::vector<std::string> open_after(std::vector<std::string> open, const Alert& alert) {
  if (alert.subject != Subject::transition) return open;
  if (severity_of(alert) == Severity::critical) {
    const std::string state(to_string(alert.to));
    if (std::find(open.begin(), open.end(), state) == open.end()) open.push_back(state);
  } else if (alert.outcome == Outcome::done) {
    open.clear();
  }
  return open;
}

std::vector<std::string> ended_by(const std::vector<std::string>& open, const Alert& alert) {
  const bool ends = alert.subject == Subject::transition && alert.outcome == Outcome::done;
  return ends ? open : std::vector<std::string>{};
}

std::vector<std::string> read_trouble(const StateDir& dir) {
  const auto text = read_file(dir.trouble());
  if (!text) {
    if (text.error().code != ENOENT) log::warning(text.error().message);
    return {};
  }
  return get_strings(nlohmann::json::parse(*text, nullptr, false), "states");
}

Status write_trouble(const StateDir& dir, const std::vector<std::string>& open) {
  if (read_trouble(dir) == open) return {};
  const nlohmann::json whole{{"version", 1}, {"states", open}};
  return write_file(dir.trouble(), whole.dump() + "\n", Durability::durable);
}

}  // namespace ha
