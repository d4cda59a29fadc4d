// How large a MySQL or MariaDB server's InnoDB tablespaces are. Reads only; needs PROCESS.
// Source: MariaDB 10.11 information_schema.INNODB_SYS_TABLESPACES, MySQL 8.4 manual 28.4.24
// INNODB_TABLESPACES.
#pragma once
#include <cstdint>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"

namespace ha {

/// Bytes. Costs the server a walk over its tables: not for a check.
Result<std::int64_t> ask_database_size(const MysqlEndpoint& endpoint, Deadline deadline);

}  // namespace ha
