// `ha-agent check --format json`, run as a process and read back.
#pragma once
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/agent.h"

namespace ha::test {

struct Checked {
  int code = -1;
  std::string output;
  nlohmann::json report;

  /// Of "mysql main" and the like.
  std::string level(const std::string& resource) const { return of(resource)["level"]; }
  std::string seen(const std::string& resource) const { return of(resource)["seen"]; }
  std::string reason() const { return report["verdict"]["reason"]; }
  bool says(const std::string& resource, const std::string& words) const {
    return seen(resource).find(words) != std::string::npos;
  }

  nlohmann::json of(const std::string& resource) const {
    for (const auto& entry : report.at("resources")) {
      if (entry.value("kind", "") + " " + entry.value("name", "") == resource) return entry;
    }
    throw std::runtime_error("no " + resource + " in " + output);
  }
};

inline Checked read_check(int code, std::string output) {
  Checked checked{code, std::move(output), {}};
  checked.report = nlohmann::json::parse(checked.output, nullptr, false);
  if (checked.report.is_discarded()) throw std::runtime_error("no JSON: " + checked.output);
  return checked;
}

inline Checked check(const Agent& agent, const std::vector<std::string>& words = {}) {
  std::vector<std::string> all{"check", "--format", "json"};
  all.insert(all.end(), words.begin(), words.end());
  std::string output;
  const int code = agent.run(all, &output);
  return read_check(code, std::move(output));
}

}  // namespace ha::test
