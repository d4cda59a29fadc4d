// By what a MySQL or MariaDB server would serve nobody, as MASTER or once it is promoted. Pure.
#pragma once
#include <string>
#include <vector>

#include "agent/mysql_writes.h"
#include "checks/doctor.h"

namespace ha {

void judge_write_gates(const std::string& resource, const WriteGates& gates, bool mariadb,
                       std::vector<Symptom>& found);

}  // namespace ha
