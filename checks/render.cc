#include "checks/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "checks/verdict_log.h"

namespace ha {
namespace {

const char* colour_of(Level level) {
  switch (level) {
    case Level::ok:
      return "\x1b[32m";
    case Level::degraded:
    case Level::pending:
      return "\x1b[33m";
    case Level::unknown:
    case Level::no:
      break;
  }
  return "\x1b[31m";
}

std::string label(const Finding& finding) {
  return finding.kind + " " + finding.name;
}

std::string verdict_line(const CheckReport& report) {
  switch (report.verdict.code) {
    case ExitCode::ok:
      return fmt::format("may hold the VIP ({}): {}", to_string(report.role),
                         report.verdict.reason);
    case ExitCode::no:
    case ExitCode::held:
      return fmt::format("must not hold the VIP ({}): {}", to_string(report.role),
                         report.verdict.reason);
    case ExitCode::no_verdict:
    case ExitCode::usage:
    case ExitCode::config:
      break;
  }
  return fmt::format("not every answer came in time ({}): {}", to_string(report.role),
                     report.verdict.reason);
}

/// The plugins' convention ends the text at '|'.
std::string without_bar(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  return text;
}

}  // namespace

std::string render_text(const CheckReport& report, bool colour) {
  std::size_t level_width = 0;
  std::size_t label_width = 0;
  std::size_t took_width = 0;
  for (const Finding& finding : report.findings) {
    level_width = std::max(level_width, std::string_view(to_string(finding.level)).size());
    label_width = std::max(label_width, label(finding).size());
    took_width = std::max(took_width, fmt::formatted_size("{}", finding.took.count()));
  }
  std::string text;
  for (const Finding& finding : report.findings) {
    fmt::format_to(std::back_inserter(text), "{}{:<{}}{}  {:<{}}  {:>{}} ms  {}\n",
                   colour ? colour_of(finding.level) : "", to_string(finding.level), level_width,
                   colour ? "\x1b[0m" : "", label(finding), label_width, finding.took.count(),
                   took_width, finding.seen);
  }
  for (const std::string& remark : report.remarks) text += "note: " + remark + "\n";
  const bool good = report.verdict.code == ExitCode::ok;
  fmt::format_to(std::back_inserter(text), "{}{}{}: {}\n",
                 colour ? (good ? "\x1b[1;32m" : "\x1b[1;31m") : "",
                 verdict_word(report.verdict.code), colour ? "\x1b[0m" : "", verdict_line(report));
  return text;
}

int nagios_code(ExitCode code) {
  switch (code) {
    case ExitCode::ok:
      return 0;
    case ExitCode::no:
    case ExitCode::held:
      return 2;
    case ExitCode::no_verdict:
    case ExitCode::usage:
    case ExitCode::config:
      break;
  }
  return 3;
}

std::string render_nagios(const CheckReport& report) {
  const int code = nagios_code(report.verdict.code);
  const char* word = code == 0 ? "OK" : code == 2 ? "CRITICAL" : "UNKNOWN";
  std::string text = fmt::format("HA {}: {} |", word, without_bar(verdict_line(report)));
  for (const Finding& finding : report.findings) {
    fmt::format_to(std::back_inserter(text), " '{}'={}ms;;;0", label(finding),
                   finding.took.count());
    for (const auto& [name, value] : finding.facts) {
      const auto* lag = std::get_if<std::int64_t>(&value);
      if (name == "lag_ms" && lag != nullptr) {
        fmt::format_to(std::back_inserter(text), " '{} lag'={}ms;;;0", label(finding), *lag);
      }
    }
  }
  text += '\n';
  for (const Finding& finding : report.findings) {
    fmt::format_to(std::back_inserter(text), "{} {}: {}\n", to_string(finding.level),
                   label(finding), without_bar(finding.seen));
  }
  for (const std::string& remark : report.remarks) text += "note: " + without_bar(remark) + "\n";
  return text;
}

}  // namespace ha
