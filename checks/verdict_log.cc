#include "checks/verdict_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/log.h"
#include "agent/role_state.h"

namespace ha {
namespace {

constexpr const char* kFile = "verdict";

/// "key TAB word TAB when" and the reason: what was last told.
std::string record(const std::string& key, const Verdict& verdict) {
  return fmt::format("{}\n{}\n{}\n{}\n", key, verdict_word(verdict.code), wall_ms(),
                     verdict.reason);
}

std::string line(const std::string& text, std::size_t index) {
  std::size_t begin = 0;
  for (; index > 0; --index) {
    const auto end = text.find('\n', begin);
    if (end == std::string::npos) return {};
    begin = end + 1;
  }
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

std::string verdict_key(const Verdict& verdict, const std::vector<Finding>& findings) {
  std::string key = fmt::format("{}|{}", static_cast<int>(verdict.code),
                                verdict.reason.substr(0, verdict.reason.find(':')));
  for (const Finding& finding : findings) {
    key += fmt::format("|{} {}={}", finding.kind, finding.name, to_string(finding.level));
  }
  return key;
}

std::optional<Verdict> last_verdict(const CheckMemory& memory) {
  const auto text = memory.read(kFile);
  if (!text) return std::nullopt;
  const std::string word = line(*text, 1);
  for (const ExitCode code : {ExitCode::ok, ExitCode::no, ExitCode::held, ExitCode::no_verdict}) {
    if (word == verdict_word(code)) return Verdict{code, line(*text, 3)};
  }
  return std::nullopt;
}

bool log_verdict(CheckMemory& memory, Role role, const Verdict& verdict,
                 const std::vector<Finding>& findings) {
  const std::string key = verdict_key(verdict, findings);
  const std::string before = memory.read(kFile).value_or("");
  if (line(before, 0) == key) return false;
  memory.write(kFile, record(key, verdict));
  const std::string was = line(before, 1);
  const std::string text = fmt::format("check: {}{} as {}: {}", verdict_word(verdict.code),
                                       was.empty() ? "" : fmt::format(" (was {})", was),
                                       to_string(role), verdict.reason);
  const bool degraded = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.level == Level::degraded;
  });
  if (verdict.code != ExitCode::ok) {
    log::error(text);
  } else if (degraded) {
    log::warning(text);
  } else {
    log::notice(text);
  }
  return true;
}

}  // namespace ha
