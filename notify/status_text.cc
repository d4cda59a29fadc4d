#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "notify/alert_text.h"
#include "notify/columns.h"
#include "notify/local_time.h"
#include "notify/status.h"
#include "notify/utf8.h"
#include "notify/wrap.h"

namespace ha {
namespace {

constexpr std::size_t kLabel = 12;

enum class Tone { plain, good, warn, bad };

std::string paint(std::string_view text, Tone tone, bool colour) {
  if (!colour || tone == Tone::plain) return std::string(text);
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
std::string row(const char* label, const std::string& text, Tone tone, bool colour) {
  const std::string whole = wrap(pad(fmt::format("{}:", label), kLabel), clean(text), kLabel);
  const std::size_t begin = std::min(whole.size(), kLabel);
  return whole.substr(0, begin) + paint(whole.substr(begin), tone, colour) + "\n";
}

std::string newest_text(const RoleGathered& role) {
  if (!role.newest) return "no event since the boot";
  const Event& event = *role.newest;
  return fmt::format("{}{}{}, {}", to_string(event.state), event.instance.empty() ? "" : " of ",
                     event.instance, format_local_time(event.at_ms));
}

/// Refusals and a held step have rows of their own, which say why.
std::string phase_row(const RoleView& view, bool colour) {
  switch (view.phase) {
    case Phase::idle:
      break;
    case Phase::running:
      return row("phase", "a hook is at work on the newest event", Tone::warn, colour);
    case Phase::died:
      return row("phase", "the hook of the newest event ended before its work was done", Tone::bad,
                 colour);
    case Phase::refused:
      return row("phase", "refused; every check judges it anew", Tone::bad, colour);
    case Phase::fenced:
      return row("phase", "writes stopped, waiting for keepalived to leave MASTER: " + view.why,
                 Tone::bad, colour);
    case Phase::held:
      return row("phase", "held until `ha-agent ack`", Tone::bad, colour);
  }
  if (view.starting) return row("phase", "promoted, back ends may be starting", Tone::warn, colour);
  return "";
}

std::string vip_row(const StatusReport& report, bool colour) {
  const RoleView& view = report.role.view;
  if (!view.vip_set) return "";
  const bool odd = view.newest == State::master && !view.vip_here;
  return row("VIP", report.vip + (view.vip_here ? " is here" : " is not here"),
             odd ? Tone::bad : Tone::plain, colour);
}

std::string keepalived_row(const KeepalivedSeen& seen, bool colour) {
  if (!seen.process) {
    return row("keepalived", "does not run: nothing moves the VIP and nothing asks for checks",
               Tone::bad, colour);
  }
  std::string text =
      fmt::format("runs since {} (pid {}) with {}", format_local_time(seen.process->started_ms),
                  seen.process->pid, seen.path);
  if (!seen.conf.problems.empty()) {
    return row("keepalived", text + ": " + seen.conf.problems.front(), Tone::warn, colour);
  }
  text += " " + seen.conf.fingerprint;
  if (!seen.changed_since()) return row("keepalived", text, Tone::plain, colour);
  return row("keepalived",
             fmt::format("{}, which was changed later, {}: `systemctl reload keepalived`, unless "
                         "that was done",
                         text, format_local_time(seen.conf.changed_ms)),
             Tone::warn, colour);
}

std::string check_row(const StatusReport& report, bool colour) {
  if (!report.verdict) return row("check", "there is no resource to check", Tone::warn, colour);
  const bool ok = report.verdict->code == ExitCode::ok;
  return row(
      "check",
      fmt::format("exit {}: {}", static_cast<int>(report.verdict->code), report.verdict->reason),
      ok ? Tone::good : Tone::bad, colour);
}

std::string maintenance_row(const RoleGathered& role, bool colour) {
  if (!role.maintenance) return "";
  const Maintenance& it = *role.maintenance;
  const std::string until =
      it.until_ms ? "until " + format_local_time(*it.until_ms) : "until `ha-agent maintenance off`";
  return row("MAINTENANCE",
             fmt::format("{}, by {} since {}: {}. Automatic failover is off on this node", until,
                         it.by, format_local_time(it.since_ms), it.reason),
             Tone::bad, colour);
}

std::string witness_row(const StatusReport& report, bool colour) {
  if (report.witnesses.empty()) {
    if (!report.has_peer || report.lock) return "";
    return row("witnesses", fmt::format("none: {}", kNoWitness), Tone::warn, colour);
  }
  std::string text;
  for (const WitnessAnswer& answer : report.witnesses) {
    text += fmt::format("{}{} {} ({})", text.empty() ? "" : ", ", answer.name,
                        answer.answered ? "yes" : "no", answer.seen);
  }
  text += fmt::format("; {} needed", needed_witnesses(report.witnesses.size(), report.quorum));
  const bool quorum = quorum_of(report.witnesses, report.quorum).quorum;
  if (!quorum) text += ", so no promotion towards a silent peer";
  return row("witnesses", text, quorum ? Tone::plain : Tone::bad, colour);
}

std::string lock_row(const StatusReport& report, bool colour) {
  if (!report.lock) return "";
  const LockStatus& lock = *report.lock;
  const bool serves = role_of(report.role.view) == Role::master;
  const Tone tone = (serves && !lock.held) || !lock.answers ? Tone::bad
                    : lock.trouble.empty()                  ? Tone::plain
                                                            : Tone::warn;
  return row("lock", describe(lock), tone, colour);
}

std::string resources(const StatusReport& report, bool colour) {
  if (report.findings.empty()) return "";
  std::size_t width = 0;
  for (const Finding& finding : report.findings) {
    width = std::max(width, columns_of(finding.kind + " " + finding.name));
  }
  std::string text = "\nresources, asked just now:\n";
  for (const Finding& finding : report.findings) {
    const std::string level = pad(to_string(finding.level), 8);
    const std::string line =
        fmt::format("  {}  {}  {:>4} ms  ", level, pad(finding.kind + " " + finding.name, width),
                    finding.took.count());
    std::string whole = wrap(line, clean(finding.seen), 12);
    whole.replace(2, level.size(), paint(level, tone_of(finding.level), colour));
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
                      bool colour) {
  const bool primary = side.state == "primary";
  const Tone tone = primary ? Tone::good : side.state == "silent" ? Tone::bad : Tone::plain;
  const std::string state = pad(clean(side.state), columns.state);
  const std::string begin = fmt::format("  {}  {}  ", pad(resource, columns.resource),
                                        pad(clean(side.node), columns.node));
  std::string text = clean(side.detail);
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (side.lag) add(fmt::format("lag {} s", side.lag->count() / 1000));
  if (side.lacks) add(side.lacks->empty() ? "lacks nothing" : "LACKS " + clean(*side.lacks));
  std::string whole = wrap(fmt::format("{}{}  {:>4} ms  ", begin, state, side.took.count()), text,
                           columns_of(begin) + 2);
  whole.replace(begin.size(), state.size(), paint(state, tone, colour));
  return whole + "\n";
}

std::string pair_table(const StatusReport& report, bool colour) {
  if (report.pair.empty()) return "";
  PairColumns columns;
  for (const PairRow& row : report.pair) {
    columns.resource = std::max(columns.resource, columns_of(row.resource));
    for (const PairSide* side : {&row.own, &row.peer}) {
      columns.node = std::max(columns.node, columns_of(clean(side->node)));
      columns.state = std::max(columns.state, columns_of(side->state));
    }
  }
  std::string text = "\nboth nodes, asked just now:\n";
  for (const PairRow& row : report.pair) {
    text += pair_line(row.resource, row.own, columns, colour);
    text += pair_line("", row.peer, columns, colour);
    if (row.trouble.empty()) continue;
    text += "    " + paint(row.resource + ": " + row.trouble, Tone::bad, colour) + "\n";
  }
  return text;
}

/// The line to write stands alone, so that it can be copied.
std::string setting_rows(const SettingRemark& remark, bool colour) {
  const bool missing = remark.kind == SettingRemark::Kind::missing;
  const std::string what = missing ? remark.line : remark.setting + " cannot be seen";
  return "    " + paint(clean(what), missing ? Tone::bad : Tone::warn, colour) + "\n" +
         wrap(std::string(8, ' '), clean(remark.why), 8) + "\n";
}

std::string settings(const StatusReport& report, bool colour) {
  std::string text;
  for (const ServerSettings& server : report.settings) {
    if (server.remarks.empty()) continue;  // a server that is silent is among the resources
    text += "  " + clean(server.resource) + "\n";
    for (const SettingRemark& remark : server.remarks) text += setting_rows(remark, colour);
  }
  if (text.empty()) return "";
  return "\nsettings that a failover needs and the server lacks:\n" + text;
}

std::string firing_rows(const StatusReport& report, bool colour) {
  std::string text;
  for (const KeptRule& kept : report.firing) {
    const RuleReport& rule = kept.report;
    std::string line =
        fmt::format("{} ({}): {} is {}, {} {} since {}", rule.name, to_string(kept.severity),
                    format_measured(Lang::en, rule.metric, rule.about),
                    rule.value ? format_value(Lang::en, rule.metric, *rule.value) : "not measured",
                    to_string(rule.comparison), format_value(Lang::en, rule.metric, rule.threshold),
                    format_local_time(kept.state.firing_ms));
    if (!report.watch_runs) line += "; so watch saw it last";
    text +=
        row("firing", line, kept.severity == Severity::critical ? Tone::bad : Tone::warn, colour);
  }
  return text;
}

std::string alerts_row(const StatusReport& report, bool colour) {
  if (report.alerts_waiting + report.alerts_dead == 0) {
    return row("alerts", "none waiting", Tone::plain, colour);
  }
  std::string text = fmt::format("{} waiting", report.alerts_waiting);
  if (report.alerts_dead > 0) text += fmt::format(", {} given up", report.alerts_dead);
  text += " (see `ha-agent alerts list`)";
  if (!report.alerts_trouble.empty()) text += ": " + report.alerts_trouble;
  return row("alerts", text, Tone::warn, colour);
}

}  // namespace

std::string render_status_text(const StatusReport& report, bool colour) {
  const RoleGathered& role = report.role;
  std::string text = row("node", report.node, Tone::plain, colour);
  text += row("role", std::string(to_string(role_of(role.view))),
              role_of(role.view) == Role::master ? Tone::good : Tone::plain, colour);
  text += row("last event", newest_text(role), Tone::plain, colour);
  text += vip_row(report, colour);
  if (!role.view.readable) text += row("records", role.view.why, Tone::bad, colour);
  text += phase_row(role.view, colour);
  text += maintenance_row(role, colour);
  if (!role.view.handing_over.empty()) {
    text += row("switchover", "gives this node's role away: " + role.view.handing_over, Tone::warn,
                colour);
  }
  text += check_row(report, colour);
  if (!report.watch_runs) {
    text += row("watch", "does not run: the hook does its own work, and the rest waits for events",
                Tone::warn, colour);
  }
  text += keepalived_row(report.keepalived, colour);
  text += witness_row(report, colour);
  text += lock_row(report, colour);
  if (role.state.held) {
    const Held& held = *role.state.held;
    text += row("held",
                fmt::format("{}: {}: {} (since {}; mend it, then run `ha-agent ack`)",
                            held.resource, held.step, held.error, format_local_time(held.since_ms)),
                Tone::bad, colour);
  }
  for (const Refusal& refusal : role.state.refusals) {
    text += row("refused", fmt::format("{}: {}", refusal.resource, refusal.why), Tone::bad, colour);
  }
  text += firing_rows(report, colour);
  text += alerts_row(report, colour);
  text += pair_table(report, colour);
  text += resources(report, colour);
  text += settings(report, colour);
  if (!report.journal_trouble.empty()) {
    text += row("journal", report.journal_trouble, Tone::bad, colour);
  }
  if (report.last) text += "\nlast transition:\n" + render_history_text({*report.last});
  return text;
}

}  // namespace ha
