#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "agent/texts.h"
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

std::string clean(const std::string& text) {
  return clean_text(text, true);
}

std::string how_it_ended(const HistoryItem& item, Lang lang) {
  constexpr std::array<std::pair<std::string_view, Text>, 9> kOutcomes{
      {{"done", Text::history_done},
       {"refused", Text::history_refused},
       {"failed", Text::history_failed},
       {"interrupted", Text::history_interrupted},
       {"overtaken", Text::history_overtaken},
       {"superseded", Text::history_superseded},
       {"recorded", Text::history_recorded},
       {"suspended", Text::history_suspended},
       {"unfinished", Text::history_unfinished}}};
  std::string how = clean(item.outcome);  // an unknown one is of a newer version
  for (const auto& [outcome, id] : kOutcomes) {
    if (item.outcome == outcome) how = say(lang, id);
  }
  if (item.took_ms <= 0) return how;
  return say(lang, item.outcome == "done" ? Text::history_in : Text::history_after,
             fmt::arg("how", how), fmt::arg("took", format_exact(lang, item.took_ms)));
}

std::string headline(const HistoryItem& item, Lang lang) {
  std::string line = format_local_time(item.at_ms);
  if (!item.instance.empty()) line += "  " + clean(item.instance);
  line +=
      "  " + (item.from.empty() || item.from == "none" ? "" : item.from + " ") + "-> " + item.to;
  return wrap(line + "  ", how_it_ended(item, lang), 2);
}

std::string step_lines(const HistoryItem& item, Lang lang) {
  const std::string ok = say(lang, Text::history_step_ok);
  const std::string failed = say(lang, Text::history_step_failed);
  const std::size_t result = std::max(columns_of(ok), columns_of(failed));
  std::size_t resource = 0;
  std::size_t word = 0;
  std::size_t took = 8;
  for (std::size_t i = 0; i < item.steps.size(); ++i) {
    const AlertStep& step = item.steps[i];
    resource = std::max(resource, columns_of(clean(step.resource)));
    word = std::max(word, columns_of(clean(step.step)));
    took = std::max(took, columns_of(format_exact(lang, item.steps_ms[i])));
  }
  std::string text;
  for (std::size_t i = 0; i < item.steps.size(); ++i) {
    const AlertStep& step = item.steps[i];
    const std::string ms = format_exact(lang, item.steps_ms[i]);
    const std::string line = fmt::format(
        "  {}  {}  {} {}{}  ", pad(clean(step.resource), resource), pad(clean(step.step), word),
        pad(step.ok ? ok : failed, result), std::string(took - columns_of(ms), ' '), ms);
    text += wrap(line, clean(step.detail), 6) + "\n";
  }
  return text;
}

bool is_said_by_a_step(const HistoryItem& item, const std::string& problem) {
  return std::any_of(item.steps.begin(), item.steps.end(), [&](const AlertStep& step) {
    return !step.ok && problem_of(step) == problem;
  });
}

std::string alert_line(const HistoryAlert& alert, Lang lang) {
  constexpr std::array<std::pair<std::string_view, Text>, 4> kResults{
      {{"delivered", Text::history_delivered},
       {"waiting", Text::history_waiting},
       {"dead", Text::history_dead},
       {"dropped", Text::history_dropped}}};
  std::string what = clean(alert.result);
  for (const auto& [result, id] : kResults) {
    if (alert.result == result) what = say(lang, id);
  }
  if (alert.result != "dropped" && alert.attempts > 1) {
    what = say(lang, Text::history_tries, fmt::arg("how", what), fmt::arg("tries", alert.attempts));
  }
  if (alert.result != "delivered" && !alert.error.empty()) what += ": " + clean(alert.error);
  return wrap("  " + say(lang, Text::history_alert, fmt::arg("channel", clean(alert.channel))) +
                  ": ",
              what, 6) +
         "\n";
}

std::string deed_lines(const HistoryItem& item) {
  return wrap(format_local_time(item.at_ms) + "  ",
              (item.deed == "ack" ? "ack: no longer held: " : item.deed + ": ") +
                  clean(item.problems.front()),
              2) +
         "\n";
}

}  // namespace

std::string render_history_text(const std::vector<HistoryItem>& items, Lang lang) {
  if (items.empty()) return say(lang, Text::history_none) + "\n";
  std::string text;
  for (const HistoryItem& item : items) {
    if (!text.empty()) text += "\n";
    if (!item.deed.empty()) {
      text += deed_lines(item);
      continue;
    }
    text += headline(item, lang) + "\n";
    if (!item.event.empty())
      text += "  " + say(lang, Text::history_id) + " " + clean(item.event) + "\n";
    text += step_lines(item, lang);
    for (const std::string& problem : item.problems) {
      if (is_said_by_a_step(item, problem)) continue;
      text += wrap("  ! ", clean(problem), 6) + "\n";
    }
    for (const HistoryAlert& alert : item.alerts) text += alert_line(alert, lang);
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
