#include "agent/maintenance.h"

#include <fmt/format.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "agent/json_get.h"

namespace ha {

using nlohmann::json;

Result<std::optional<Maintenance>> read_maintenance(const StateDir& dir) {
  const auto text = read_file(dir.maintenance());
  if (!text) {
    if (text.error().code == ENOENT) return std::nullopt;
    return tl::unexpected(text.error());
  }
  const json value = json::parse(*text, nullptr, false);
  if (!value.is_object() || get_int(value, "since_ms") == 0) {
    return fail(
        fmt::format("{} is not a record of a maintenance; remove it, then say `ha-agent "
                    "maintenance on` again if it is to go on",
                    dir.maintenance()));
  }
  Maintenance maintenance;
  maintenance.since_ms = get_int(value, "since_ms");
  if (const std::int64_t until = get_int(value, "until_ms"); until != 0) {
    maintenance.until_ms = until;
  }
  maintenance.reason = get_string(value, "reason");
  maintenance.by = get_string(value, "by");
  maintenance.verdict = static_cast<ExitCode>(get_int(value, "verdict"));
  maintenance.verdict_reason = get_string(value, "verdict_reason");
  maintenance.told_ms = get_int(value, "told_ms");
  return maintenance;
}

Status write_maintenance(const StateDir& dir, const Maintenance& maintenance) {
  json value{{"version", 1},
             {"since_ms", maintenance.since_ms},
             {"until_ms", nullptr},
             {"reason", maintenance.reason},
             {"by", maintenance.by},
             {"verdict", static_cast<int>(maintenance.verdict)},
             {"verdict_reason", maintenance.verdict_reason},
             {"told_ms", maintenance.told_ms}};
  if (maintenance.until_ms) value["until_ms"] = *maintenance.until_ms;
  return write_file(dir.maintenance(),
                    value.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

Status remove_maintenance(const StateDir& dir) {
  return remove_file(dir.maintenance());
}

}  // namespace ha
