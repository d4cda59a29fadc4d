#include "checks/doctor.h"

#include <algorithm>

namespace ha {

void sort_symptoms(std::vector<Symptom>& symptoms) {
  std::stable_sort(symptoms.begin(), symptoms.end(),
                   [](const Symptom& a, const Symptom& b) { return a.severity > b.severity; });
}

ExitCode doctor_exit(const std::vector<Symptom>& symptoms) {
  Severity worst = Severity::info;
  for (const Symptom& symptom : symptoms) worst = std::max(worst, symptom.severity);
  return worst == Severity::critical  ? ExitCode::no_verdict
         : worst == Severity::warning ? ExitCode::no
                                      : ExitCode::ok;
}

}  // namespace ha
