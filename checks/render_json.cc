#include <nlohmann/json.hpp>

#include "checks/render.h"
#include "checks/verdict_log.h"

namespace ha {

std::string render_json(const CheckReport& report) {
  using nlohmann::ordered_json;
  ordered_json resources = ordered_json::array();
  for (const Finding& finding : report.findings) {
    ordered_json facts = ordered_json::object();
    for (const auto& [name, value] : finding.facts) {
      std::visit([&, &key = name](const auto& plain) { facts[key] = plain; }, value);
    }
    resources.push_back({{"kind", finding.kind},
                         {"name", finding.name},
                         {"level", to_string(finding.level)},
                         {"seen", finding.seen},
                         {"took_ms", finding.took.count()},
                         {"facts", std::move(facts)}});
  }
  const ordered_json value = {
      {"version", 1},
      {"agent", HA_VERSION},
      {"node", report.node},
      {"instance", report.instance},
      {"role", to_string(report.role)},
      {"newest_event", to_string(report.newest)},
      {"verdict",
       {{"code", static_cast<int>(report.verdict.code)},
        {"word", verdict_word(report.verdict.code)},
        {"reason", report.verdict.reason}}},
      {"maintenance",
       report.maintenance.empty() ? ordered_json(nullptr) : ordered_json(report.maintenance)},
      {"deadline_ms", report.deadline.count()},
      {"took_ms", report.took.count()},
      {"resources", std::move(resources)},
      {"remarks", report.remarks}};
  // What servers say need not be UTF-8.
  return value.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ha
