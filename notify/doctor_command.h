// `ha-agent doctor`: looks at keepalived's configuration, this host and the servers, and says what
// will bite at the next failover, with what was seen and the line to write. Changes nothing.
#pragma once
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/exit_code.h"
#include "checks/doctor.h"

namespace ha {

/// `colour` adds terminal sequences.
std::string render_doctor_text(const std::vector<Symptom>& symptoms, bool colour,
                               Lang lang = Lang::en);
/// {version, worst ("none", "info", "warning" or "critical"), symptoms[{severity, id, place, what,
/// evidence, mend}]}
std::string render_doctor_json(const std::vector<Symptom>& symptoms);

struct DoctorRequest {
  std::string keepalived_conf;       ///< empty: the one that keepalived was started with
  std::string peer_keepalived_conf;  ///< a copy of the peer's; empty: not compared
  std::string peer_config_id;        ///< whose `@` lines count in it
  bool json = false;
};

/// See doctor_exit().
ExitCode doctor_command(const Config& config, const DoctorRequest& request);

}  // namespace ha
