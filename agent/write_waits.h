// Whether the writes of a primary stand still, and what they wait for: a replica's acknowledgement
// that does not come, a lock on the whole server, a full disk. A single look cannot tell a stall
// from a wait of milliseconds, and how long a session has been in its state no server tells; two
// looks between which nothing went through can. Reading is a part of gather_mysql(); the rest is
// pure. Tried on MySQL 8.0.36 and 8.4.8 and MariaDB 10.11.19: Rpl_semi_sync_*_yes_tx and _no_tx
// move with each commit that ends its wait; under FLUSH TABLES WITH READ LOCK a write is "Waiting
// for global read lock", MariaDB: "Waiting for backup lock", as under BACKUP STAGE BLOCK_COMMIT;
// with a full disk below the binary log commits are "waiting for handler commit", MariaDB: "Waiting
// for someone to free space".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/mysql_client.h"

namespace ha {

struct WriteWaits {
  std::int64_t unacknowledged = 0;  ///< sessions that wait for a replica's acknowledgement
  std::int64_t acknowledged = 0;    ///< commits so far whose wait has ended, however it did
  std::int64_t running = 0;         ///< Threads_running, the one that asks among them
  /// Sessions by what they wait for; asked for by gather_stuck_sessions() alone.
  std::int64_t locked = 0;      ///< a lock on the whole server
  std::int64_t committing = 0;  ///< the end of their own commit
  std::int64_t no_space = 0;    ///< room on a disk
};

/// Takes in one row of SHOW GLOBAL STATUS, if it is one of these.
void take_wait_status(WriteWaits& waits, std::string_view name, std::int64_t value);
/// The names to ask for, quoted, with commas between.
std::string_view wait_status_names();
/// What such a lock is, for people.
constexpr const char* kServerLock =
    "a lock on the whole server (FLUSH TABLES WITH READ LOCK, or a backup)";
/// One query of the list of sessions, appliers among them. A server that hides it says nothing.
Status gather_stuck_sessions(MysqlClient& client, WriteWaits& waits);

/// What one look leaves for the next. Times are milliseconds of CLOCK_BOOTTIME; 0: not so.
struct WaitMemory {
  std::int64_t seen_ms = 0;
  std::int64_t acknowledged = 0;
  std::uint64_t written = 0;  ///< mark_of() what was written up to then
  std::int64_t unacknowledged_since_ms = 0;
  std::int64_t stuck_since_ms = 0;
  bool operator==(const WaitMemory&) const = default;
};

/// A mark that is another one when the position is.
std::uint64_t mark_of(std::string_view position);
/// Whether it is worth to ask for the sessions: something runs, and nothing was written since.
bool may_be_stuck(const WriteWaits& waits, std::uint64_t written, const WaitMemory& before);
WaitMemory next_waits(const WaitMemory& before, const WriteWaits& waits, std::uint64_t written,
                      std::int64_t now_ms);

/// A wait that is shorter is nobody's news.
constexpr Millis kWritesStand{500};

struct Standstill {
  Millis lasts{};   ///< at least; zero: writes go through, as far as can be seen
  std::string why;  ///< of one that lasts kWritesStand and more
};
/// `gives_up`: after which semi-sync acknowledges alone.
Standstill standstill(const WaitMemory& now, const WriteWaits& waits, Millis gives_up);

/// For the memory's file. nullopt for a text that is none.
std::string format_waits(const WaitMemory& memory);
std::optional<WaitMemory> parse_waits(std::string_view text);

}  // namespace ha
