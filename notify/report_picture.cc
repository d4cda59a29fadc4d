#include "notify/report_picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/texts.h"
#include "notify/alert_text.h"
#include "notify/columns.h"
#include "notify/html.h"
#include "notify/utf8.h"

namespace ha {
namespace {

// In units of the picture, which is as wide as the page.
constexpr double kWidth = 960;
constexpr double kNames = 190;    // left of the bars
constexpr double kFigures = 120;  // right of them
constexpr double kBars = kWidth - kNames - kFigures;
constexpr double kRow = 22;
constexpr double kThin = 2;               // the least a bar is wide
constexpr std::size_t kNameColumns = 25;  // that fit into kNames
constexpr int kTicks = 4;

std::string label(const std::string& text, std::size_t columns) {
  return html_escaped(cut(clean_text(text, true), columns));
}

std::string ticks(double total_ms, double height, Lang lang) {
  std::string svg;
  for (int i = 0; i <= kTicks; ++i) {
    const double x = kNames + kBars * i / kTicks;
    svg += fmt::format(
        "<line class=\"faint\" x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"faint\" x=\"{0:.1f}\" y=\"14\" text-anchor=\"middle\">{3}</text>\n",
        x, kRow, height, i == 0 ? "0" : html_escaped(format_exact(lang, total_ms * i / kTicks)));
  }
  return svg;
}

std::string bar_row(const TimelineBar& bar, double total_ms, double y, Lang lang) {
  const double width = std::min(kBars, std::max(kThin, kBars * bar.took_ms / total_ms));
  // What begins at the very end is drawn before it.
  const double x = kNames + std::clamp(kBars * bar.start_ms / total_ms, 0.0, kBars - width);
  const std::string took = format_exact(lang, bar.took_ms);
  const std::string figure = bar.ok ? took : say(lang, Text::report_failed) + ", " + took;
  const char* const look = bar.ok ? "ok" : "failed";
  return fmt::format(
      "<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>"
      "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"14\" rx=\"2\"/>"
      "<text class=\"{}\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
      kNames - 10, y + 15, label(bar.step, kNameColumns), look, x, y + 4, width,
      bar.ok ? "faint" : "failed", kWidth - 4, y + 15, html_escaped(figure));
}

}  // namespace

std::string render_picture(const Timeline& timeline, Lang lang) {
  if (timeline.bars.empty()) return {};
  std::string rows;
  double y = kRow;
  const std::string* resource = nullptr;
  for (const TimelineBar& bar : timeline.bars) {
    if (resource == nullptr || *resource != bar.resource) {
      rows += fmt::format(
          "<rect class=\"lane\" x=\"0\" y=\"{:.1f}\" width=\"{}\" height=\"{}\"/>"
          "<text x=\"8\" y=\"{:.1f}\" font-weight=\"bold\">{}</text>\n",
          y, kWidth, kRow, y + 15, label(bar.resource, 4 * kNameColumns));
      y += kRow;
    }
    resource = &bar.resource;
    rows += bar_row(bar, timeline.total_ms, y, lang);
    y += kRow;
  }
  return fmt::format(
      "<svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" "
      "xmlns=\"http://www.w3.org/2000/svg\">\n{}{}</svg>\n",
      kWidth, y + 2, ticks(timeline.total_ms, y, lang), rows);
}

}  // namespace ha
