// What no comparison that each check makes can see of a MySQL or MariaDB: settings by which equal
// GTID sets do not mean equal data (agent/mysql_apart.h), and transactions that a standby which
// follows has of its own. It takes two connections more, to a peer that a standby need not ask each
// second: so a check looks every half minute and remembers what it saw below state_dir/check.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_errant.h"
#include "agent/mysql_server.h"
#include "agent/state.h"

namespace ha {

struct DataLook {
  std::int64_t at_ms = 0;         ///< of CLOCK_BOOTTIME; 0: never looked
  std::vector<std::string> own;   ///< settings of the own server
  std::vector<std::string> peer;  ///< those of a primary that keep writes out of its binary log
  std::string errant;             ///< held here, and not by the primary that is followed
  ErrantDeeds deeds;              ///< what `errant` does

  bool operator==(const DataLook&) const = default;
};

/// As it is kept in the file data_look_file(); what cannot be read was never looked at. Pure.
std::string to_text(const DataLook& look);
DataLook data_look_of(const std::string& text);
std::string data_look_file(const std::string& name);

/// What may keep the data of a standby apart: its own settings, and its primary's. Pure.
std::vector<std::string> apart_as_standby(const MysqlConfig& config, const MysqlFacts& facts,
                                          const DataLook& look);

bool is_due(const DataLook& look, std::int64_t now_ms);
/// Only what concerns the binary log: what a server that is no replica now does to others. Pure.
std::vector<std::string> log_filters(const std::vector<std::string>& settings);

/// What a standby held before its primary was asked, and that one does not have even a moment
/// later: `own` and `primary` were asked in this order. "" also when that cannot be told.
std::string errant_of(const MysqlConfig& config, const MysqlFacts& own, const MysqlFacts& primary,
                      Deadline deadline);
/// What these transactions of the own server do.
ErrantDeeds errant_deeds(const MysqlConfig& config, const std::string& errant, Deadline deadline);
/// "it has transactions of its own, …"; "" without any. Pure.
std::string errant_text(const DataLook& look);

/// Asks, within `deadline`. What is not answered stays as it was `before`.
DataLook look_at_data(const MysqlConfig& config, Role role, DataLook before, Deadline deadline);

}  // namespace ha
