// What two MySQL or MariaDB servers hold, compared: executed or received, relay log included, on
// both sides. Pure.
#pragma once
#include <string>

#include "agent/gtid.h"
#include "agent/mysql_server.h"

namespace ha {

/// `a` seen from `b`. Servers of two flavours, without GTID, without a binary log, or that hide
/// their replication, are unknown.
Holds compare_holds(const MysqlFacts& a, const MysqlFacts& b);

/// Everything that the server says it holds, in its notation.
std::string held_text(const MysqlFacts& facts);

/// What `a` holds that `b` lacks, as text in the flavour's notation; "" when nothing; nullopt when
/// it cannot be told.
std::optional<std::string> held_beyond(const MysqlFacts& a, const MysqlFacts& b);

}  // namespace ha
