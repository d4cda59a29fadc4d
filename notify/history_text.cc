#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "notify/alert_text.h"
#include "notify/columns.h"
#include "notify/history.h"
#include "notify/local_time.h"
#include "notify/timeline.h"
#include "notify/utf8.h"
#include "notify/wrap.h"

namespace ha {
namespace {

using nlohmann::json;

std::string show_ms(double ms) {
  return format_exact(Lang::en, ms);
}

std::string clean(const std::string& text) {
  return clean_text(text, true);
}

std::string headline(const HistoryItem& item) {
  std::string line = format_local_time(item.at_ms);
  if (!item.instance.empty()) line += "  " + clean(item.instance);
  line +=
      "  " + (item.from.empty() || item.from == "none" ? "" : item.from + " ") + "-> " + item.to;
  std::string how = item.outcome;
  if (how == "refused" || how == "failed" || how == "interrupted") {
    std::transform(how.begin(), how.end(), how.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  }
  if (item.took_ms > 0)
    how += (item.outcome == "done" ? " in " : " after ") + show_ms(item.took_ms);
  return wrap(line + "  ", how, 2);
}

std::string step_lines(const HistoryItem& item) {
  std::size_t resource = 0;
  std::size_t word = 0;
  for (const AlertStep& step : item.steps) {
    resource = std::max(resource, columns_of(clean(step.resource)));
    word = std::max(word, columns_of(clean(step.step)));
  }
  std::string text;
  for (std::size_t i = 0; i < item.steps.size(); ++i) {
    const AlertStep& step = item.steps[i];
    const std::string line = fmt::format(
        "  {}  {}  {} {:>8}  ", pad(clean(step.resource), resource), pad(clean(step.step), word),
        step.ok ? "ok    " : "FAILED", show_ms(item.steps_ms[i]));
    text += wrap(line, clean(step.detail), 6) + "\n";
  }
  return text;
}

bool is_said_by_a_step(const HistoryItem& item, const std::string& problem) {
  return std::any_of(item.steps.begin(), item.steps.end(), [&](const AlertStep& step) {
    return !step.ok && problem_of(step) == problem;
  });
}

std::string alert_line(const HistoryAlert& alert) {
  std::string what = alert.result;
  if (alert.result != "dropped" && alert.attempts > 1) {
    what += fmt::format(" after {} tries", alert.attempts);
  }
  if (alert.result != "delivered" && !alert.error.empty()) what += ": " + clean(alert.error);
  return wrap(fmt::format("  alert {}: ", clean(alert.channel)), what, 6) + "\n";
}

std::string deed_lines(const HistoryItem& item) {
  return wrap(format_local_time(item.at_ms) + "  ",
              (item.deed == "ack" ? "ack: no longer held: " : item.deed + ": ") +
                  clean(item.problems.front()),
              2) +
         "\n";
}

}  // namespace

std::string render_history_text(const std::vector<HistoryItem>& items) {
  if (items.empty()) return "no transitions yet\n";
  std::string text;
  for (const HistoryItem& item : items) {
    if (!text.empty()) text += "\n";
    if (!item.deed.empty()) {
      text += deed_lines(item);
      continue;
    }
    text += headline(item) + "\n";
    if (!item.event.empty()) text += "  id " + clean(item.event) + "\n";
    text += step_lines(item);
    for (const std::string& problem : item.problems) {
      if (is_said_by_a_step(item, problem)) continue;
      text += wrap("  ! ", clean(problem), 6) + "\n";
    }
    for (const HistoryAlert& alert : item.alerts) text += alert_line(alert);
  }
  return text;
}

std::string render_history_json(const std::vector<HistoryItem>& items) {
  json all = json::array();
  for (const HistoryItem& item : items) {
    json steps = json::array();
    const std::vector<double> starts = step_starts(item);
    for (std::size_t i = 0; i < item.steps.size(); ++i) {
      const AlertStep& step = item.steps[i];
      steps.push_back({{"resource", step.resource},
                       {"step", step.step},
                       {"ok", step.ok},
                       {"start_ms", starts[i]},
                       {"took_ms", item.steps_ms[i]},
                       {"detail", step.detail}});
    }
    json alerts = json::array();
    for (const HistoryAlert& alert : item.alerts) {
      alerts.push_back({{"channel", alert.channel},
                        {"result", alert.result},
                        {"attempts", alert.attempts},
                        {"error", alert.error}});
    }
    all.push_back({{"type", item.deed.empty() ? "transition" : item.deed},
                   {"event", item.event},
                   {"instance", item.instance},
                   {"from", item.from},
                   {"to", item.to},
                   {"at_ms", item.at_ms},
                   {"at", format_local_time(item.at_ms)},
                   {"outcome", item.outcome},
                   {"took_ms", item.took_ms},
                   {"version", item.version},
                   {"steps", std::move(steps)},
                   {"problems", item.problems},
                   {"alerts", std::move(alerts)}});
  }
  return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace ha
