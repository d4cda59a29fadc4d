#include "notify/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "agent/texts.h"
#include "notify/alert_text.h"
#include "notify/columns.h"
#include "notify/utf8.h"

namespace ha {
namespace {

constexpr std::size_t kNarrowest = 60;
constexpr std::size_t kLongestName = 20;
constexpr std::size_t kIndent = 4;
constexpr std::size_t kGap = 2;

std::string clean(const std::string& text) {
  return clean_text(text, true);
}

std::string painted(const std::string& text, bool ok, bool colour) {
  if (!colour) return text;
  return fmt::format("\x1b[{}m{}\x1b[0m", ok ? 32 : 31, text);
}

/// "0 ms ----- 124 ms", as wide as the bars.
std::string scale(double total_ms, std::size_t cells, Lang lang) {
  const std::string begin = say(lang, Text::duration_ms, fmt::arg("ms", 0)) + " ";
  const std::string end = " " + format_exact(lang, total_ms);
  const std::size_t taken = columns_of(begin) + columns_of(end);
  return begin + std::string(cells > taken ? cells - taken : 1, '-') + end;
}

}  // namespace

std::vector<double> step_starts(const HistoryItem& item) {
  std::vector<double> starts;
  std::map<std::string, double> ended;  // of each resource
  for (std::size_t i = 0; i < item.steps.size(); ++i) {
    const double after = static_cast<double>(item.steps_end_ms[i] - item.at_ms);
    double& before = ended[item.steps[i].resource];
    // The journal's times are whole milliseconds, its durations tenths.
    const double start = std::max(before, std::round((after - item.steps_ms[i]) * 10) / 10);
    before = start + item.steps_ms[i];
    starts.push_back(start);
  }
  return starts;
}

Timeline build_timeline(const HistoryItem& item) {
  Timeline timeline;
  timeline.total_ms = std::max(item.took_ms, 0.1);
  const std::vector<double> starts = step_starts(item);
  std::vector<std::string> resources;
  for (const AlertStep& step : item.steps) {
    if (std::find(resources.begin(), resources.end(), step.resource) == resources.end()) {
      resources.push_back(step.resource);
    }
  }
  for (const std::string& resource : resources) {
    for (std::size_t i = 0; i < item.steps.size(); ++i) {
      const AlertStep& step = item.steps[i];
      if (step.resource != resource) continue;
      timeline.bars.push_back({resource, step.step, starts[i], item.steps_ms[i], step.ok});
      timeline.total_ms = std::max(timeline.total_ms, starts[i] + item.steps_ms[i]);
    }
  }
  return timeline;
}

BarCells cells_of(const TimelineBar& bar, double total_ms, std::size_t cells) {
  const double scale = static_cast<double>(cells) / total_ms;
  const auto cell = [&](double ms) {
    return std::min(static_cast<std::size_t>(std::max(0.0, std::round(ms * scale))), cells);
  };
  // What begins at the very end still gets the last cell.
  const std::size_t from = std::min(cell(bar.start_ms), cells - 1);
  return {from, std::max(from + 1, cell(bar.start_ms + bar.took_ms))};
}

std::string render_timeline(const Timeline& timeline, std::size_t width, bool colour, Lang lang) {
  if (timeline.bars.empty()) return {};
  std::size_t name = 0;
  std::size_t figure = 0;
  for (const TimelineBar& bar : timeline.bars) {
    name = std::max(name, columns_of(clean(bar.step)));
    figure = std::max(figure, columns_of(format_exact(lang, bar.took_ms)));
  }
  name = std::min(name, kLongestName);
  const std::string good = say(lang, Text::history_step_ok);
  const std::string bad = say(lang, Text::history_step_failed);
  const std::size_t result = std::max(columns_of(good), columns_of(bad));
  const std::size_t before = kIndent + name + kGap + figure + kGap + result + kGap;
  const std::size_t cells = std::max(width, kNarrowest) - before;

  std::string text = std::string(before, ' ') + scale(timeline.total_ms, cells, lang) + "\n";
  const std::string* resource = nullptr;
  for (const TimelineBar& bar : timeline.bars) {
    if (resource == nullptr || *resource != bar.resource) {
      text += "  " + cut(clean(bar.resource), std::max(width, kNarrowest) - 2) + "\n";
    }
    resource = &bar.resource;
    const auto [from, to] = cells_of(bar, timeline.total_ms, cells);
    const std::string filled = painted(std::string(to - from, bar.ok ? '#' : 'x'), bar.ok, colour);
    const std::string took = format_exact(lang, bar.took_ms);
    text += fmt::format(
        "{}{}  {}{}  {}{}  {}{}\n", std::string(kIndent, ' '),
        pad(cut(clean(bar.step), name), name), std::string(figure - columns_of(took), ' '), took,
        bar.ok ? good : painted(bad, false, colour),
        std::string(result - columns_of(bar.ok ? good : bad), ' '), std::string(from, ' '), filled);
  }
  return text;
}

}  // namespace ha
