#include <fmt/format.h>

#include <algorithm>

#include "agent/text.h"
#include "checks/http.h"

namespace ha {
namespace {

bool in_set(const HttpConfig& config, int status) {
  return std::any_of(
      config.expect_status.begin(), config.expect_status.end(),
      [&](const auto& range) { return range.first <= status && status <= range.second; });
}

/// Empty when the answer is what was expected.
std::string objection(const HttpConfig& config, const HttpFacts& facts) {
  if (facts.end == HttpFacts::End::failed) return facts.trouble;
  if (!in_set(config, facts.status)) {
    const bool redirect = facts.status >= 300 && facts.status < 400;
    return fmt::format("status {}{}, expected {}", facts.status,
                       redirect ? " (redirects are not followed)" : "", status_set(config));
  }
  if (!config.expect_body.empty() && !facts.body_found) {
    return fmt::format("status {}, but {} lacks {}", facts.status,
                       facts.body_cut ? "the first 64 KiB of the body" : "the body",
                       in_quotes(config.expect_body));
  }
  return {};
}

}  // namespace

std::string status_set(const HttpConfig& config) {
  std::string text;
  for (const auto& [first, last] : config.expect_status) {
    if (!text.empty()) text += ", ";
    text += first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
  }
  return text;
}

std::string http_late(const Stage& stage) {
  const std::string_view where = stage.now();
  if (where == "start" || where == "resolving") return "the name was not resolved";
  if (where == "connecting") return "no connection";
  if (where == "connected") return "connected, no answer";
  return "the answer began and did not end";
}

Finding judge_http(const HttpConfig& config, const HttpFacts& facts, const Expectation& expect) {
  Finding finding{"http", config.name, Level::no, {}, {}, {}};
  if (facts.status != 0) finding.facts.emplace_back("status", std::int64_t{facts.status});
  if (facts.end == HttpFacts::End::late) {
    finding.level = Level::unknown;
    finding.seen = facts.trouble;
    return finding;
  }
  finding.seen = objection(config, facts);
  if (finding.seen.empty()) {
    finding.level = Level::ok;
    finding.seen = fmt::format("status {}", facts.status);
  } else if (expect.starting) {
    finding.level = Level::pending;
    finding.seen += " (starting)";
  }
  return finding;
}

}  // namespace ha
