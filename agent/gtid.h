// Comparing sets of global transaction ids, as the servers print them. Pure. A text that cannot be
// parsed is nullopt, and callers take the careful side.
// MySQL: "uuid:1-5:7, uuid:tag:1-3" (tags from 8.3). MariaDB: "domain-server-sequence,…", one
// position a domain, where a position stands for everything of its domain up to it.
#pragma once
#include <optional>
#include <string_view>

namespace ha {

/// Whether every transaction of `part` is in `whole`, in MySQL's notation.
std::optional<bool> mysql_gtid_subset(std::string_view part, std::string_view whole);
/// Whether `have` is at or past `want` in each of `want`'s domains, in MariaDB's notation.
std::optional<bool> mariadb_gtid_reached(std::string_view have, std::string_view want);

}  // namespace ha
