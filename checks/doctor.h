// What will bite at the next failover, as `ha-agent doctor` tells it. Pure.
#pragma once
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/exit_code.h"
#include "agent/texts.h"

namespace ha {

struct Symptom {
  Severity severity = Severity::warning;
  std::string id;        ///< "check-missing"; stable, for scripts
  std::string place;     ///< "/etc/keepalived/keepalived.conf:12", "mysql main", "this host"
  Sentence what;         ///< what it will do
  std::string evidence;  ///< what was seen
  std::string mend;      ///< the line to write or the command to run; may have several lines
};

/// The gravest first; within one severity as they were found.
void sort_symptoms(std::vector<Symptom>& symptoms);

/// ok: nothing worse than a note; no (1): a warning; no_verdict (2): something critical.
ExitCode doctor_exit(const std::vector<Symptom>& symptoms);

}  // namespace ha
