// Whether what a failover would serve is what was acknowledged, for `doctor`: settings by which the
// data of a MySQL or MariaDB pair differ though the GTID sets are equal, and transactions that a
// standby has of its own. Asking is thin, judging is pure.
#pragma once
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_errant.h"
#include "checks/doctor.h"

namespace ha {

struct DataExam {
  std::string resource;
  std::vector<std::string> apart;       ///< settings of the own server (agent/mysql_apart.h)
  std::vector<std::string> peer_apart;  ///< and of the peer's
  bool mariadb = false;
  std::string errant{};  ///< transactions of a standby that its primary lacks
  ErrantDeeds deeds{};   ///< and what they do
};

std::vector<Symptom> judge_data_exam(const DataExam& exam);

/// A server that does not answer is told of elsewhere.
DataExam examine_data(const MysqlConfig& config, Deadline deadline);

}  // namespace ha
