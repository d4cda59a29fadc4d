// Comparing sets of global transaction ids, as the servers print them. Pure. A text that cannot be
// parsed is nullopt, and callers take the careful side.
// MySQL: "uuid:1-5:7, uuid:tag:1-3" (tags from 8.3). MariaDB: "domain-server-sequence,…", where
// each entry stands for everything of its domain up to it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace ha {

/// Two servers' data, one seen from the other. "Holds": executed or received, relay log included.
enum class Holds {
  same_or_less,  ///< the one holds nothing that the other lacks
  ahead,         ///< the one holds all of the other and more
  diverged,      ///< each holds what the other lacks
  unknown,       ///< what they say cannot be compared
};

/// Whether every transaction of `part` is in `whole`, in MySQL's notation.
std::optional<bool> mysql_gtid_subset(std::string_view part, std::string_view whole);
/// What of `mine` is not in `other`, in MySQL's notation; "" when nothing.
std::optional<std::string> mysql_gtid_subtract(std::string_view mine, std::string_view other);

/// Whether `have` is at or past `want` in each of `want`'s domains, in MariaDB's notation. For two
/// positions of one history; server ids do not matter.
std::optional<bool> mariadb_gtid_reached(std::string_view have, std::string_view want);
/// What `mine` has that `other` lacks, as "0-1-101..0-1-105";
/// "" when nothing. Each text lists any positions and binary log states of one server, in any
/// order. A domain's history is a line: sequences go up by one and none is used twice
/// (gtid_strict_mode), so two servers that hold the same transaction hold the same up to it, and
/// one sequence with two server ids is two histories. nullopt also when no common transaction is
/// known and it cannot be told. Where several servers wrote after the common past, each one's range
/// begins right after it.
std::optional<std::string> mariadb_gtid_subtract(std::string_view mine, std::string_view other);
/// `set` for people and the journal: to its end up to 160 characters, else whole entries from its
/// head and how much there is. A set of hundreds of servers takes tens of kilobytes.
std::string gtid_shown(std::string_view set);

/// Of each domain the entry with the highest sequence, in the order of domains.
std::optional<std::string> mariadb_gtid_merge(std::string_view a, std::string_view b);

}  // namespace ha
