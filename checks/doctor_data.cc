#include "checks/doctor_data.h"

#include "agent/ask_peer.h"
#include "agent/mysql_apart.h"

namespace ha {
namespace {

void judge_apart(const DataExam& exam, const std::vector<std::string>& settings,
                 const std::string& whose, std::vector<Symptom>& found) {
  for (const std::string& setting : settings) {
    const std::string name = setting.substr(0, setting.find(' '));
    const std::string mend =
        name.starts_with("Replicate_") || name.starts_with("replicate_")
            ? "take " + name + " away from the replica's configuration and its source"
            : "take " + name + " away from the server's configuration";
    found.push_back({Severity::critical, "data-apart", exam.resource, Text::doctor_apart,
                     whose + setting,
                     mend + "\nthen rebuild the replica from the primary: what was left out is not "
                            "there"});
  }
}

}  // namespace

std::vector<Symptom> judge_data_exam(const DataExam& exam) {
  std::vector<Symptom> found;
  judge_apart(exam, exam.apart, "", found);
  judge_apart(exam, exam.peer_apart, "the peer's ", found);
  return found;
}

DataExam examine_data(const MysqlConfig& config, Deadline deadline) {
  DataExam exam;
  exam.resource = "mysql " + config.name;
  const MysqlAsk ask{.apart = true};
  if (const auto own = ask_mysql(config.server, deadline, ask)) exam.apart = apart_of(config, *own);
  if (config.peer_host.empty()) return exam;
  if (const auto peer = ask_mysql(config.peer(), deadline, ask)) {
    exam.peer_apart = apart_of({}, *peer);
  }
  return exam;
}

}  // namespace ha
