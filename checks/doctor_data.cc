#include "checks/doctor_data.h"

#include <fmt/format.h>

#include "agent/ask_peer.h"
#include "agent/gtid.h"
#include "agent/mysql_apart.h"
#include "checks/data_look.h"

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

std::string errant_mend(const DataExam& exam) {
  if (exam.deeds.kind != ErrantDeeds::Kind::nothing || exam.mariadb) {
    return "look at them (mysqlbinlog), then rebuild this server from the primary";
  }
  return "on the primary, for each of them:\n"
         "SET gtid_next = 'UUID:NUMBER'; BEGIN; COMMIT; SET gtid_next = AUTOMATIC";
}

void judge_errant(const DataExam& exam, std::vector<Symptom>& found) {
  if (exam.errant.empty()) return;
  found.push_back(
      {Severity::warning, "errant-transactions", exam.resource, Text::doctor_errant,
       fmt::format("the primary lacks {}: {}", gtid_shown(exam.errant), deeds_text(exam.deeds)),
       errant_mend(exam) +
           "\nfrom now on: FLUSH LOCAL PRIVILEGES, or SET sql_log_bin = 0 before it"});
}

}  // namespace

std::vector<Symptom> judge_data_exam(const DataExam& exam) {
  std::vector<Symptom> found;
  judge_apart(exam, exam.apart, "", found);
  judge_apart(exam, exam.peer_apart, "the peer's ", found);
  judge_errant(exam, found);
  return found;
}

DataExam examine_data(const MysqlConfig& config, Deadline deadline) {
  DataExam exam;
  exam.resource = "mysql " + config.name;
  const MysqlAsk ask{.apart = true};
  // The own server first: what the primary writes meanwhile only makes it hold more.
  const auto own = ask_mysql(config.server, deadline, ask);
  if (own) exam.apart = apart_of(config, *own);
  if (config.peer_host.empty()) return exam;
  const auto peer = ask_mysql(config.peer(), deadline, ask);
  if (peer) exam.peer_apart = apart_of({}, *peer);
  if (!own || !peer || own->writable() || !peer->writable()) return exam;
  exam.mariadb = own->mariadb;
  exam.errant = errant_of(config, *own, *peer, deadline);
  if (!exam.errant.empty()) exam.deeds = errant_deeds(config, exam.errant, deadline);
  return exam;
}

}  // namespace ha
