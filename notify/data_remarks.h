// What people are told, when a MySQL or MariaDB becomes the primary, of data that may be missing
// though no GTID is, or that nobody else has: from what the own server says of its source and from
// the last look of a check (checks/data_look.h). Nothing is asked.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/mysql_server.h"

namespace ha {

/// One sentence or two; empty: nothing is known against it. `facts`: none when only the last look
/// counts.
std::string data_remark(const Config& config, const MysqlConfig& mysql, const MysqlFacts& facts);

/// The same for each [mysql] section, as lines below a plan that promotes.
std::string data_remarks(const Config& config);

}  // namespace ha
