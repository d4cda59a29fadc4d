#include "agent/handover.h"

#include <fmt/format.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "agent/json_get.h"

namespace ha {

using nlohmann::json;

Result<std::optional<Handover>> read_handover(const StateDir& dir) {
  const auto text = read_file(dir.handover());
  if (!text) {
    if (text.error().code == ENOENT) return std::nullopt;
    return tl::unexpected(text.error());
  }
  // One that cannot be parsed has no living worker: it is taken for one that was left.
  const json value = json::parse(*text, nullptr, false);
  Handover handover;
  handover.worker.boot_id = get_string(value, "boot_id");
  handover.worker.start_ticks = get_int(value, "start_ticks");
  handover.worker.pid = get_int(value, "pid");
  handover.reason = get_string(value, "reason");
  handover.by = get_string(value, "by");
  handover.since_ms = get_int(value, "since_ms");
  return handover;
}

Status write_handover(const StateDir& dir, const Handover& handover) {
  const json value{{"version", 1},
                   {"boot_id", handover.worker.boot_id},
                   {"start_ticks", handover.worker.start_ticks},
                   {"pid", handover.worker.pid},
                   {"reason", handover.reason},
                   {"by", handover.by},
                   {"since_ms", handover.since_ms}};
  return write_file(dir.handover(),
                    value.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

Status remove_handover(const StateDir& dir) {
  return remove_file(dir.handover());
}

}  // namespace ha
