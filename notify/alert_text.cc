#include "notify/alert_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "agent/texts.h"
#include "notify/local_time.h"
#include "notify/plan.h"
#include "notify/utf8.h"

namespace ha {
namespace {

using fmt::arg;

constexpr std::int64_t kLateMs = 60'000;
constexpr std::size_t kMaxName = 128;
constexpr std::size_t kMaxDetail = 400;
constexpr std::size_t kMaxDigestLine = 1200;

/// What a server said must neither break the layout nor call everybody in the room: a zero-width
/// space makes a mention a word.
std::string quiet(std::string_view text, std::size_t max) {
  constexpr std::string_view kZeroWidth = "\xe2\x80\x8b";
  std::string clean = truncate_utf8(clean_text(text, true), max);
  for (const std::string_view word : {"@everyone", "@here", "@all", "@channel", "<!", "<@"}) {
    for (auto at = clean.find(word); at != std::string::npos; at = clean.find(word, at + 1)) {
      clean.insert(at + 1, kZeroWidth);
    }
  }
  return clean;
}

std::string name(std::string_view text) {
  return quiet(text, kMaxName);
}

Text outcome_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::done:
      return Text::outcome_done;
    case Outcome::refused:
      return Text::outcome_refused;
    case Outcome::failed:
      return Text::outcome_failed;
    case Outcome::overtaken:
      return Text::outcome_overtaken;
    case Outcome::superseded:
      return Text::outcome_superseded;
    case Outcome::interrupted:
      return Text::outcome_interrupted;
    case Outcome::suspended:
      return Text::outcome_suspended;
    case Outcome::recorded:
      break;
  }
  return Text::outcome_recorded;
}

Text subject_text(const Alert& alert) {
  switch (alert.subject) {
    case Subject::maintenance_begun:
      return Text::maintenance_begun;
    case Subject::maintenance_goes_on:
      return Text::maintenance_goes_on;
    case Subject::maintenance_ended:
      return Text::maintenance_ended;
    case Subject::switchover_begun:
      return Text::switchover_begun;
    case Subject::lock_lost:
      return Text::lock_lost;
    case Subject::channel_dead:
      return Text::channel_dead;
    case Subject::digest:
      return Text::digest;
    case Subject::rule_firing:
      return alert.rule && alert.rule->again ? Text::rule_again : Text::rule_firing;
    case Subject::rule_resolved:
      return alert.rule && alert.rule->value ? Text::rule_resolved : Text::rule_gone;
    case Subject::switchover_ended:
    case Subject::transition:
      break;
  }
  return alert.outcome == Outcome::done ? Text::switchover_done : Text::switchover_aborted;
}

std::string subject_sentence(const Alert& alert, Lang lang) {
  if (alert.subject == Subject::digest) {
    return say(lang, Text::digest, arg("count", alert.covers.size()));
  }
  if (alert.rule) {
    const RuleReport& rule = *alert.rule;
    const Millis lasted{std::max<std::int64_t>(0, alert.at_ms - rule.since_ms)};
    return say(lang, subject_text(alert), arg("rule", name(rule.name)),
               arg("what", format_measured(lang, rule.metric, name(rule.about))),
               arg("value", rule.value ? format_value(lang, rule.metric, *rule.value) : ""),
               arg("operator", to_string(rule.comparison)),
               arg("limit", format_value(lang, rule.metric, rule.threshold)),
               arg("since", format_local_time(rule.since_ms)),
               arg("lasted", format_took(lang, lasted)));
  }
  return say(lang, subject_text(alert));
}

std::string headline(const Alert& alert, Lang lang) {
  std::string who = name(alert.node);
  if (!alert.instance.empty()) who += " " + name(alert.instance);
  if (alert.subject != Subject::transition) {
    const std::string state = alert.to == State::none ? "" : std::string(to_string(alert.to)) + " ";
    return fmt::format("{}{}: {}", state, who, subject_sentence(alert, lang));
  }
  const std::string from = alert.from == State::none ? say(lang, Text::no_earlier_state)
                                                     : std::string(to_string(alert.from));
  return fmt::format("{} {}: {} -> {}, {}", to_string(alert.to), who, from, to_string(alert.to),
                     format_outcome(lang, alert.outcome, alert.took));
}

std::string step_line(const Alert& alert, const AlertStep& step, Lang lang) {
  std::string line =
      say(lang, step.ok ? Text::step_ok : Text::step_failed, arg("resource", name(step.resource)),
          arg("step", name(step.step)), arg("took", format_took(lang, step.took)));
  const bool said = std::find(alert.problems.begin(), alert.problems.end(), problem_of(step)) !=
                    alert.problems.end();
  if (step.detail.empty() || (said && !step.ok)) return line;
  return say(lang, Text::step_detail, arg("step", line),
             arg("detail", quiet(step.detail, kMaxDetail)));
}

/// Whether nothing but the following of a new primary failed: the node takes no writes.
bool only_follow_failed(const Alert& alert) {
  bool failed = false;
  for (const AlertStep& step : alert.steps) {
    if (!step.ok && step.step != word_of(Step::mysql_follow)) return false;
    failed = failed || !step.ok;
  }
  return failed;
}

Text failure_advice(const Alert& alert) {
  if (alert.to == State::master) return Text::advice_failed_promotion;
  return only_follow_failed(alert) ? Text::advice_failed_follow : Text::advice_failed_demotion;
}

std::string advice(const Alert& alert, Lang lang) {
  switch (alert.outcome) {
    case Outcome::refused:
      return say(lang, Text::advice_refused);
    case Outcome::failed:
      return say(lang, failure_advice(alert));
    case Outcome::interrupted:
      return say(lang, Text::advice_interrupted);
    case Outcome::done:
    case Outcome::overtaken:
    case Outcome::superseded:
    case Outcome::recorded:
    case Outcome::suspended:
      break;
  }
  return "";
}

void add_line(std::vector<std::string>& lines, std::string line) {
  if (!line.empty()) lines.push_back(std::move(line));
}

}  // namespace

std::string quiet_text(std::string_view text, std::size_t max_bytes) {
  return quiet(text, max_bytes);
}

std::string alert_headline(const Alert& alert, Lang lang) {
  return headline(alert, lang);
}

std::string alert_in_one_line(const Alert& alert, Lang lang) {
  std::string line = say(lang, Text::digest_line, arg("time", format_local_time(alert.at_ms)),
                         arg("headline", headline(alert, lang)), arg("id", name(alert.event_id)));
  std::string problems;
  for (const std::string& problem : alert.problems) {
    problems += " " + say(lang, Text::problem, arg("problem", problem));
  }
  return line + quiet(problems, kMaxDetail);
}

std::vector<std::string> alert_lines(const Alert& alert, Lang lang, std::int64_t now_ms) {
  std::vector<std::string> lines;
  if (alert.subject == Subject::digest) {
    for (const std::string& line : alert.problems) add_line(lines, quiet(line, kMaxDigestLine));
    return lines;
  }
  if (!alert.vip.empty()) add_line(lines, say(lang, Text::vip, arg("vip", name(alert.vip))));
  for (const std::string& problem : alert.problems) {
    add_line(lines, say(lang, Text::problem, arg("problem", quiet(problem, kMaxDetail))));
  }
  const bool transition = alert.subject == Subject::transition;
  if (transition) add_line(lines, advice(alert, lang));
  if (!alert.steps.empty()) add_line(lines, say(lang, Text::steps));
  for (const AlertStep& step : alert.steps) add_line(lines, step_line(alert, step, lang));
  if (transition && alert.steps.empty() && alert.outcome == Outcome::done) {
    add_line(lines, say(lang, Text::no_steps));
  }
  add_line(lines, say(lang, Text::event, arg("time", format_local_time(alert.at_ms)),
                      arg("id", name(alert.event_id))));
  const std::int64_t late = now_ms - alert.at_ms - alert.took.count();
  if (late >= kLateMs) {
    add_line(lines, say(lang, Text::late, arg("delay", format_took(lang, Millis{late}))));
  }
  return lines;
}

std::string format_outcome(Lang lang, Outcome outcome, Millis took) {
  return say(lang, outcome_text(outcome), arg("took", format_took(lang, took)));
}

std::string format_exact(Lang lang, double ms) {
  if (ms >= 1000) return format_took(lang, Millis{static_cast<Millis::rep>(ms)});
  const std::string shown = ms < 10 ? fmt::format("{:.1f}", ms) : fmt::format("{:.0f}", ms);
  return say(lang, Text::duration_ms, arg("ms", shown));
}

std::string format_took(Lang lang, Millis took) {
  const auto ms = took.count();
  if (ms < 1) return say(lang, Text::duration_below_ms);
  if (ms < 1000) return say(lang, Text::duration_ms, arg("ms", ms));
  const auto s = ms / 1000;
  if (s < 60) {
    return say(lang, Text::duration_s, arg("s", fmt::format("{}.{}", s, ms % 1000 / 100)));
  }
  if (s < 3600) return say(lang, Text::duration_min, arg("min", s / 60), arg("s", s % 60));
  if (s < 86'400) return say(lang, Text::duration_h, arg("h", s / 3600), arg("min", s % 3600 / 60));
  return say(lang, Text::duration_d, arg("d", s / 86'400), arg("h", s % 86'400 / 3600));
}

std::string format_value(Lang lang, Metric metric, double value) {
  switch (unit_of(metric)) {
    case Unit::duration:
      return format_took(lang, Millis{static_cast<Millis::rep>(value)});
    case Unit::count:
      return fmt::format("{:.0f}", value);
    case Unit::percent:
      return fmt::format("{:.1f} %", value);
    case Unit::ratio:
      return fmt::format("{:.2f}", value);
    case Unit::bytes:
      break;
  }
  double shown = value;
  const char* unit = "B";
  for (const char* larger : {"KiB", "MiB", "GiB", "TiB"}) {
    if (shown < 1024) break;
    shown /= 1024;
    unit = larger;
  }
  return fmt::format("{:.{}f} {}", shown, shown == value ? 0 : 1, unit);
}

std::string format_measured(Lang lang, Metric metric, std::string_view about) {
  if (about.empty()) return std::string(to_string(metric));
  return say(lang, Text::rule_of, arg("metric", to_string(metric)), arg("about", about));
}

}  // namespace ha
