#include "checks/doctor_writes.h"

#include <fmt/format.h>

namespace ha {
namespace {

std::string mend_of(const WriteGates& gates) {
  if (gates.offline_mode) return "SET GLOBAL offline_mode = OFF, once whoever set it is done";
  const char* const name = gates.innodb_read_only ? "innodb_read_only" : "innodb_force_recovery";
  return fmt::format("remove {} from the server's configuration and restart it", name);
}

}  // namespace

void judge_write_gates(const std::string& resource, const WriteGates& gates, bool mariadb,
                       std::vector<Symptom>& found) {
  if (std::string closed = taken_from_nobody(gates, mariadb); !closed.empty()) {
    found.push_back({Severity::critical, "writes-of-nobody", resource,
                     Text::doctor_writes_of_nobody, std::move(closed), mend_of(gates)});
  }
  if (gates.begins_read_only) {
    found.push_back({Severity::critical, "writes-begin-read-only", resource,
                     Text::doctor_writes_begin_read_only, gates.begins_variable + " = ON",
                     fmt::format("SET GLOBAL {} = OFF", gates.begins_variable)});
  }
}

}  // namespace ha
