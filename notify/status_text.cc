#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "agent/texts.h"
#include "notify/alert_text.h"
#include "notify/columns.h"
#include "notify/local_time.h"
#include "notify/status.h"
#include "notify/utf8.h"
#include "notify/wrap.h"

namespace ha {
namespace {

constexpr std::size_t kLabel = 12;

/// How everything of one screen is shown.
struct Style {
  bool colour = false;
  Lang lang = Lang::en;
};

enum class Tone { plain, good, warn, bad };

std::string paint(std::string_view text, Tone tone, const Style& style) {
  if (!style.colour || tone == Tone::plain) return std::string(text);
  const char* code = tone == Tone::good ? "32" : tone == Tone::warn ? "33" : "31";
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

Tone tone_of(Level level) {
  switch (level) {
    case Level::ok:
      return Tone::good;
    case Level::degraded:
    case Level::pending:
      return Tone::warn;
    case Level::unknown:
    case Level::no:
      break;
  }
  return Tone::bad;
}

std::string clean(const std::string& text) {
  return clean_text(text, true);
}

/// "label:      text", wrapped under the text.
std::string row(Text label, const std::string& text, Tone tone, const Style& style) {
  const std::string head = pad(say(style.lang, label) + ":", kLabel);
  const std::string whole = wrap(head, clean(text), kLabel);
  const std::size_t begin = std::min(whole.size(), head.size());
  return whole.substr(0, begin) + paint(whole.substr(begin), tone, style) + "\n";
}

/// A row whose text needs nothing filled in.
std::string row(Text label, Text text, Tone tone, const Style& style) {
  return row(label, say(style.lang, text), tone, style);
}

std::string newest_text(const RoleGathered& role, Lang lang) {
  if (!role.newest) return say(lang, Text::status_no_event);
  const Event& event = *role.newest;
  const Text id = event.instance.empty() ? Text::status_event_alone : Text::status_event;
  return say(lang, id, fmt::arg("state", to_string(event.state)),
             fmt::arg("instance", event.instance),
             fmt::arg("time", format_local_time(event.at_ms)));
}

/// Refusals and a held step have rows of their own, which say why.
std::string phase_row(const RoleView& view, const Style& style) {
  constexpr Text kLabelText = Text::label_phase;
  switch (view.phase) {
    case Phase::idle:
      break;
    case Phase::running:
      return row(kLabelText, Text::status_running, Tone::warn, style);
    case Phase::died:
      return row(kLabelText, Text::status_died, Tone::bad, style);
    case Phase::refused:
      return row(kLabelText, Text::status_refused, Tone::bad, style);
    case Phase::fenced:
      return row(kLabelText, say(style.lang, Text::status_fenced, fmt::arg("why", view.why)),
                 Tone::bad, style);
    case Phase::held:
      return row(kLabelText, Text::status_held, Tone::bad, style);
  }
  return view.starting ? row(kLabelText, Text::status_starting, Tone::warn, style) : "";
}

std::string vip_row(const StatusReport& report, const Style& style) {
  const RoleView& view = report.role.view;
  if (!view.vip_set) return "";
  const bool odd = view.newest == State::master && !view.vip_here;
  const Text where = view.vip_here ? Text::status_vip_here : Text::status_vip_elsewhere;
  return row(Text::label_vip, say(style.lang, where, fmt::arg("vip", report.vip)),
             odd ? Tone::bad : Tone::plain, style);
}

std::string keepalived_row(const KeepalivedSeen& seen, const Style& style) {
  constexpr Text kLabelText = Text::label_keepalived;
  if (!seen.process) return row(kLabelText, Text::status_no_keepalived, Tone::bad, style);
  std::string text = say(style.lang, Text::status_keepalived,
                         fmt::arg("time", format_local_time(seen.process->started_ms)),
                         fmt::arg("pid", seen.process->pid), fmt::arg("path", seen.path));
  if (!seen.conf.problems.empty()) {
    return row(kLabelText, text + ": " + seen.conf.problems.front(), Tone::warn, style);
  }
  text += " " + seen.conf.fingerprint;
  if (!seen.changed_since()) return row(kLabelText, text, Tone::plain, style);
  return row(kLabelText,
             say(style.lang, Text::status_keepalived_changed, fmt::arg("keepalived", text),
                 fmt::arg("time", format_local_time(seen.conf.changed_ms))),
             Tone::warn, style);
}

std::string check_row(const StatusReport& report, const Style& style) {
  if (!report.verdict) return row(Text::label_check, Text::status_no_resource, Tone::warn, style);
  const bool ok = report.verdict->code == ExitCode::ok;
  return row(
      Text::label_check,
      say(style.lang, Text::status_check, fmt::arg("code", static_cast<int>(report.verdict->code)),
          fmt::arg("reason", report.verdict->reason)),
      ok ? Tone::good : Tone::bad, style);
}

std::string maintenance_row(const RoleGathered& role, const Style& style) {
  if (!role.maintenance) return "";
  const Maintenance& it = *role.maintenance;
  const std::string until = it.until_ms ? say(style.lang, Text::status_until,
                                              fmt::arg("time", format_local_time(*it.until_ms)))
                                        : say(style.lang, Text::status_until_off);
  return row(
      Text::label_maintenance,
      say(style.lang, Text::status_maintenance, fmt::arg("until", until), fmt::arg("by", it.by),
          fmt::arg("time", format_local_time(it.since_ms)), fmt::arg("reason", it.reason)),
      Tone::bad, style);
}

std::string witness_row(const StatusReport& report, const Style& style) {
  constexpr Text kLabelText = Text::label_witnesses;
  if (report.witnesses.empty()) {
    if (!report.has_peer || report.lock) return "";
    return row(kLabelText,
               say(style.lang, Text::status_no_witness,
                   fmt::arg("risk", say(style.lang, Text::no_witness))),
               Tone::warn, style);
  }
  std::string text;
  for (const WitnessAnswer& answer : report.witnesses) {
    text += fmt::format("{}{} {} ({})", text.empty() ? "" : ", ", answer.name,
                        say(style.lang, answer.answered ? Text::status_yes : Text::status_no),
                        answer.seen);
  }
  text = say(style.lang, Text::status_needed, fmt::arg("witnesses", text),
             fmt::arg("needed", needed_witnesses(report.witnesses.size(), report.quorum)));
  const bool quorum = quorum_of(report.witnesses, report.quorum).quorum;
  if (!quorum) text = say(style.lang, Text::status_no_quorum, fmt::arg("witnesses", text));
  return row(kLabelText, text, quorum ? Tone::plain : Tone::bad, style);
}

std::string lock_row(const StatusReport& report, const Style& style) {
  if (!report.lock) return "";
  const LockStatus& lock = *report.lock;
  const bool serves = role_of(report.role.view) == Role::master;
  const Tone tone = (serves && !lock.held) || !lock.answers ? Tone::bad
                    : lock.trouble.empty()                  ? Tone::plain
                                                            : Tone::warn;
  return row(Text::label_lock, describe(lock, style.lang), tone, style);
}

std::string resources(const StatusReport& report, const Style& style) {
  if (report.findings.empty()) return "";
  std::size_t width = 0;
  for (const Finding& finding : report.findings) {
    width = std::max(width, columns_of(finding.kind + " " + finding.name));
  }
  std::string text = "\n" + say(style.lang, Text::status_resources) + "\n";
  for (const Finding& finding : report.findings) {
    const std::string level = pad(to_string(finding.level), 8);
    const std::string line =
        fmt::format("  {}  {}  {:>4} ms  ", level, pad(finding.kind + " " + finding.name, width),
                    finding.took.count());
    std::string whole = wrap(line, clean(finding.seen), 12);
    whole.replace(2, level.size(), paint(level, tone_of(finding.level), style));
    text += whole + "\n";
  }
  return text;
}

/// The columns of the pair's table, as wide as what stands in them.
struct PairColumns {
  std::size_t resource = 0;
  std::size_t node = 0;
  std::size_t state = 0;
};

std::string pair_line(const std::string& resource, const PairSide& side, const PairColumns& columns,
                      const Style& style) {
  const bool primary = side.state == "primary";
  const Tone tone = primary ? Tone::good : !side.answers ? Tone::bad : Tone::plain;
  const std::string state = pad(clean(side.state), columns.state);
  const std::string begin = fmt::format("  {}  {}  ", pad(resource, columns.resource),
                                        pad(clean(side.node), columns.node));
  std::string text = clean(side.detail);
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (side.lag) add(say(style.lang, Text::status_lag, fmt::arg("s", side.lag->count() / 1000)));
  if (side.lacks && side.lacks->empty()) {
    add(say(style.lang, Text::status_lacks_nothing));
  } else if (side.lacks) {
    add(say(style.lang, Text::status_lacks, fmt::arg("what", clean(*side.lacks))));
  }
  std::string whole = wrap(fmt::format("{}{}  {:>4} ms  ", begin, state, side.took.count()), text,
                           columns_of(begin) + 2);
  whole.replace(begin.size(), state.size(), paint(state, tone, style));
  return whole + "\n";
}

std::string pair_table(const StatusReport& report, const Style& style) {
  if (report.pair.empty()) return "";
  PairColumns columns;
  for (const PairRow& row : report.pair) {
    columns.resource = std::max(columns.resource, columns_of(row.resource));
    for (const PairSide* side : {&row.own, &row.peer}) {
      columns.node = std::max(columns.node, columns_of(clean(side->node)));
      columns.state = std::max(columns.state, columns_of(side->state));
    }
  }
  std::string text = "\n" + say(style.lang, Text::status_pair) + "\n";
  for (const PairRow& row : report.pair) {
    text += pair_line(row.resource, row.own, columns, style);
    text += pair_line("", row.peer, columns, style);
    if (row.trouble.empty()) continue;
    text += "    " + paint(row.resource + ": " + row.trouble, Tone::bad, style) + "\n";
  }
  return text;
}

/// The line to write stands alone, so that it can be copied.
std::string setting_rows(const SettingRemark& remark, const Style& style) {
  const bool missing = remark.kind == SettingRemark::Kind::missing;
  const std::string what =
      missing ? remark.line
              : say(style.lang, Text::status_unseen, fmt::arg("setting", remark.setting));
  return "    " + paint(clean(what), missing ? Tone::bad : Tone::warn, style) + "\n" +
         wrap(std::string(8, ' '), clean(say(style.lang, remark.why)), 8) + "\n";
}

std::string settings(const StatusReport& report, const Style& style) {
  std::string text;
  for (const ServerSettings& server : report.settings) {
    if (server.remarks.empty()) continue;  // a server that is silent is among the resources
    text += "  " + clean(server.resource) + "\n";
    for (const SettingRemark& remark : server.remarks) text += setting_rows(remark, style);
  }
  if (text.empty()) return "";
  return "\n" + say(style.lang, Text::status_settings) + "\n" + text;
}

std::string firing_rows(const StatusReport& report, const Style& style) {
  std::string text;
  for (const KeptRule& kept : report.firing) {
    const RuleReport& rule = kept.report;
    const std::string value = rule.value ? format_value(style.lang, rule.metric, *rule.value)
                                         : say(style.lang, Text::status_not_measured);
    std::string line =
        say(style.lang, Text::status_firing, fmt::arg("rule", rule.name),
            fmt::arg("severity", to_string(kept.severity)),
            fmt::arg("metric", format_measured(style.lang, rule.metric, rule.about)),
            fmt::arg("value", value), fmt::arg("comparison", to_string(rule.comparison)),
            fmt::arg("threshold", format_value(style.lang, rule.metric, rule.threshold)),
            fmt::arg("time", format_local_time(kept.state.firing_ms)));
    if (!report.watch_runs) {
      line = say(style.lang, Text::status_firing_last, fmt::arg("firing", line));
    }
    text += row(Text::label_firing, line,
                kept.severity == Severity::critical ? Tone::bad : Tone::warn, style);
  }
  return text;
}

std::string alerts_row(const StatusReport& report, const Style& style) {
  if (report.alerts_waiting + report.alerts_dead == 0) {
    return row(Text::label_alerts, Text::status_alerts_none, Tone::plain, style);
  }
  std::string text =
      say(style.lang, report.alerts_dead > 0 ? Text::status_alerts_dead : Text::status_alerts,
          fmt::arg("waiting", report.alerts_waiting), fmt::arg("dead", report.alerts_dead));
  if (!report.alerts_trouble.empty()) text += ": " + report.alerts_trouble;
  return row(Text::label_alerts, text, Tone::warn, style);
}

}  // namespace

std::string render_status_text(const StatusReport& report, bool colour, Lang lang) {
  const Style style{colour, lang};
  const RoleGathered& role = report.role;
  std::string text = row(Text::label_node, report.node, Tone::plain, style);
  text += row(Text::label_role, std::string(to_string(role_of(role.view))),
              role_of(role.view) == Role::master ? Tone::good : Tone::plain, style);
  text += row(Text::label_last_event, newest_text(role, lang), Tone::plain, style);
  text += vip_row(report, style);
  if (!role.view.readable) text += row(Text::label_records, role.view.why, Tone::bad, style);
  text += phase_row(role.view, style);
  text += maintenance_row(role, style);
  if (!role.view.handing_over.empty()) {
    text += row(Text::label_switchover,
                say(lang, Text::status_gives_away, fmt::arg("reason", role.view.handing_over)),
                Tone::warn, style);
  }
  text += check_row(report, style);
  if (!report.watch_runs) {
    text += row(Text::label_watch, Text::status_no_watch, Tone::warn, style);
  }
  text += keepalived_row(report.keepalived, style);
  text += witness_row(report, style);
  text += lock_row(report, style);
  if (role.state.held) {
    const Held& held = *role.state.held;
    text += row(Text::label_held,
                say(lang, Text::status_held_step, fmt::arg("resource", held.resource),
                    fmt::arg("step", held.step), fmt::arg("error", held.error),
                    fmt::arg("time", format_local_time(held.since_ms))),
                Tone::bad, style);
  }
  for (const Refusal& refusal : role.state.refusals) {
    text += row(Text::label_refused, refusal.resource + ": " + refusal.why, Tone::bad, style);
  }
  text += firing_rows(report, style);
  text += alerts_row(report, style);
  text += pair_table(report, style);
  text += resources(report, style);
  text += settings(report, style);
  if (!report.journal_trouble.empty()) {
    text += row(Text::label_journal, report.journal_trouble, Tone::bad, style);
  }
  if (report.last) {
    text += "\n" + say(lang, Text::status_last) + "\n" + render_history_text({*report.last}, lang);
  }
  return text;
}

}  // namespace ha
