#include "notify/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "agent/texts.h"
#include "notify/alert_json.h"
#include "notify/alert_text.h"
#include "notify/html.h"
#include "notify/local_time.h"
#include "notify/report_picture.h"
#include "notify/timeline.h"
#include "notify/utf8.h"

namespace ha {
namespace {

using fmt::arg;

constexpr std::string_view kStyle =
    "body{font:15px/1.45 sans-serif;color:#222;background:#fff;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}\n"
    "h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:1.8rem 0 .5rem}\n"
    ".how{display:inline-block;padding:.2rem .7rem;border-radius:.3rem;color:#fff;margin:0 0 "
    "1rem}\n"
    ".good{background:#2e7d32}.bad{background:#c62828}.other{background:#546e7a}\n"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;"
    "padding:.25rem .8rem .25rem 0;border-bottom:1px solid #ddd}\n"
    "th{font-weight:600;white-space:nowrap}td.n{text-align:right;white-space:nowrap}\n"
    "td.w{white-space:nowrap}td{overflow-wrap:anywhere}td.w,td.n{overflow-wrap:normal}\n"
    "table.facts{width:auto}table.facts td,table.facts th{border:0;padding:.1rem 1.2rem .1rem 0}\n"
    ".failed{color:#c62828}li{margin:.2rem 0}footer{margin-top:2rem;color:#666;font-size:.85rem}\n"
    "svg{width:100%;height:auto;font:13px sans-serif}svg text{fill:#222}svg .lane{fill:#f0f2f5}\n"
    "svg rect.ok{fill:#2e7d32}svg rect.failed{fill:#c62828}svg text.failed{fill:#c62828}\n"
    "svg text.faint{fill:#666}svg line{stroke:#ddd}\n"
    "@media print{body{margin:0;max-width:none}}\n";

std::string text_of(const std::string& text) {
  return html_escaped(clean_text(text, true));
}

std::string title_of(Lang lang, Text id) {
  return html_escaped(say(lang, id));
}

std::string outcome_of(const HistoryItem& item, Lang lang) {
  if (item.outcome == "unfinished") return say(lang, Text::report_unfinished);
  return format_outcome(lang, parse_outcome(item.outcome),
                        Millis{static_cast<Millis::rep>(item.took_ms)});
}

const char* look_of(const HistoryItem& item) {
  if (item.outcome == to_string(Outcome::done)) return "good";
  for (const Outcome bad : {Outcome::refused, Outcome::failed, Outcome::interrupted}) {
    if (item.outcome == to_string(bad)) return "bad";
  }
  return "other";
}

std::string result_of(const HistoryAlert& alert, Lang lang) {
  static constexpr std::array<std::pair<std::string_view, Text>, 4> kWords{
      {{"delivered", Text::report_delivered},
       {"waiting", Text::report_waiting},
       {"dead", Text::report_dead},
       {"dropped", Text::report_dropped}}};
  for (const auto& [word, text] : kWords) {
    if (alert.result == word) return say(lang, text);
  }
  return alert.result;
}

std::string heads(Lang lang, std::initializer_list<Text> ids) {
  std::string html = "<table>\n<tr>";
  for (const Text id : ids) html += "<th>" + title_of(lang, id) + "</th>";
  return html + "</tr>\n";
}

std::string facts(const HistoryItem& item, const ReportContext& context) {
  const Lang lang = context.lang;
  std::string html = "<table class=\"facts\">\n";
  const auto fact = [&](Text id, const std::string& value) {
    if (value.empty()) return;
    html += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", title_of(lang, id), text_of(value));
  };
  fact(Text::report_node, context.node);
  fact(Text::report_address, context.vip);
  fact(Text::report_instance, item.instance);
  fact(Text::report_time, format_local_time(item.at_ms));
  fact(Text::report_event, item.event);
  fact(Text::report_version, item.version.empty() ? "" : "ha-agent " + item.version);
  return html + "</table>\n";
}

std::string steps(const HistoryItem& item, Lang lang) {
  std::string html = "<h2>" + title_of(lang, Text::report_steps) + "</h2>\n";
  if (item.steps.empty()) return html + "<p>" + title_of(lang, Text::no_steps) + "</p>\n";
  html += heads(lang, {Text::report_resource, Text::report_step, Text::report_start,
                       Text::report_took, Text::report_result, Text::report_detail});
  const std::vector<double> starts = step_starts(item);
  for (std::size_t i = 0; i < item.steps.size(); ++i) {
    const AlertStep& step = item.steps[i];
    html += fmt::format(
        "<tr{}><td class=\"w\">{}</td><td class=\"w\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{}</td><td class=\"w\">{}</td><td>{}</td></tr>\n",
        step.ok ? "" : " class=\"failed\"", text_of(step.resource), text_of(step.step),
        html_escaped(format_exact(lang, starts[i])),
        html_escaped(format_exact(lang, item.steps_ms[i])),
        title_of(lang, step.ok ? Text::report_ok : Text::report_failed), text_of(step.detail));
  }
  return html + "</table>\n";
}

std::string problems(const HistoryItem& item, Lang lang) {
  if (item.problems.empty()) return {};
  std::string html = "<h2>" + title_of(lang, Text::report_problems) + "</h2>\n<ul>\n";
  for (const std::string& problem : item.problems) html += "<li>" + text_of(problem) + "</li>\n";
  return html + "</ul>\n";
}

std::string alerts(const HistoryItem& item, Lang lang) {
  std::string html = "<h2>" + title_of(lang, Text::report_alerts) + "</h2>\n";
  if (item.alerts.empty()) return html + "<p>" + title_of(lang, Text::report_no_alert) + "</p>\n";
  html += heads(
      lang, {Text::report_channel, Text::report_result, Text::report_tries, Text::report_error});
  for (const HistoryAlert& alert : item.alerts) {
    html += fmt::format(
        "<tr><td class=\"w\">{}</td><td class=\"w\">{}</td><td "
        "class=\"w\">{}</td><td>{}</td></tr>\n",
        text_of(alert.channel), text_of(result_of(alert, lang)), alert.attempts,
        text_of(alert.error));
  }
  return html + "</table>\n";
}

}  // namespace

std::string render_report(const HistoryItem& item, const ReportContext& context) {
  const Lang lang = context.lang;
  const bool known = !item.from.empty() && item.from != to_string(State::none);
  const std::string title = fmt::format(
      "{}: {} → {}", text_of(context.node),
      known ? text_of(item.from) : title_of(lang, Text::no_earlier_state), text_of(item.to));
  std::string picture = render_picture(build_timeline(item), lang);
  if (!picture.empty())
    picture = "<h2>" + title_of(lang, Text::report_timeline) + "</h2>\n" + picture;
  const std::string written =
      say(lang, Text::report_written, arg("time", format_local_time(context.now_ms)),
          arg("version", context.version));
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n"
      "<style>\n{}</style>\n</head>\n<body>\n<h1>{}</h1>\n<p class=\"how {}\">{}</p>\n"
      "{}{}{}{}{}<footer>{}</footer>\n</body>\n</html>\n",
      lang == Lang::zh_cn ? "zh-CN" : "en", title, kStyle, title, look_of(item),
      text_of(outcome_of(item, lang)), facts(item, context), problems(item, lang), picture,
      steps(item, lang), alerts(item, lang), text_of(written));
}

}  // namespace ha
