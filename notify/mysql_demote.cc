// Order and reasons (measured on MariaDB 10.11 with the replica frozen):
// - Client connections go first. Switching semi-sync off while a client waits gives it its OK
//   although no replica has the write; KILL gives it error 2013 and no OK.
// - read_only waits behind commits, open transactions and table locks; each try is bounded by
//   lock_wait_timeout, and while it waits whoever came meanwhile is ended on a second connection.
// - A commit that waits for a semi-sync acknowledgement blocks read_only, too, and is let go: but
//   only while the SET waits, when nobody can begin another, and after its client was ended. Before
//   that, a client that came back at once would get an OK for what no replica has.
//   FLUSH TABLES WITH READ LOCK is never used.
#include "notify/mysql_demote.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>

#include "agent/gtid.h"
#include "agent/mysql_server.h"
#include "notify/semi_sync.h"

namespace ha {
namespace {

constexpr int kNoSuchThread = 1094;     // ER_NO_SUCH_THREAD
constexpr int kKillDenied = 1095;       // ER_KILL_DENIED_ERROR
constexpr int kLockWaitTimeout = 1205;  // ER_LOCK_WAIT_TIMEOUT

std::string_view text_of(const MysqlRow& row, std::string_view column) {
  const auto found = row.find(column);
  return found != row.end() && found->second ? std::string_view(*found->second)
                                             : std::string_view();
}

// Everybody but ourselves (`other`: our second connection, or the first again), the server's own
// threads and the replicas' dump threads.
bool is_client(const MysqlRow& row, unsigned long self, unsigned long other) {
  const std::string_view user = text_of(row, "User");
  const std::string_view command = text_of(row, "Command");
  const std::string_view id = text_of(row, "Id");
  if (id == std::to_string(self) || id == std::to_string(other)) return false;
  if (user == "system user" || user == "event_scheduler") return false;
  return !command.starts_with("Binlog Dump") && command != "Daemon" && command != "Killed";
}

struct Killed {
  int ended = 0;
  int denied = 0;
};

// On MySQL 8 CONNECTION_ADMIN does not reach the sessions of accounts with SYSTEM_USER, root's
// among them. One such session must not save those behind it in the list.
Result<Killed> kill_all(MysqlClient& client, std::optional<unsigned long> other = {}) {
  auto processes = client.query("SHOW PROCESSLIST");
  if (!processes) return tl::unexpected(processes.error());
  Killed killed;
  for (const MysqlRow& row : *processes) {
    if (!is_client(row, client.connection_id(), other.value_or(client.connection_id()))) continue;
    auto done_with = client.exec(fmt::format("KILL CONNECTION {}", text_of(row, "Id")));
    const int code = done_with ? 0 : done_with.error().code;
    if (!done_with && code != kNoSuchThread && code != kKillDenied)
      return tl::unexpected(done_with.error());
    ++(code == kKillDenied ? killed.denied : killed.ended);
  }
  return killed;
}

// Whether that connection's statement has begun and has not ended.
Result<bool> is_at_work(MysqlClient& client, unsigned long connection) {
  auto processes = client.query("SHOW PROCESSLIST");
  if (!processes) return tl::unexpected(processes.error());
  return std::any_of(processes->begin(), processes->end(), [&](const MysqlRow& row) {
    return text_of(row, "Id") == std::to_string(connection) && text_of(row, "Command") == "Query";
  });
}

// Once, bounded; behind a lock that is not free it fails with kLockWaitTimeout.
Status try_read_only(MysqlClient& client, const MysqlFacts& facts) {
  if (auto bound = client.exec("SET SESSION lock_wait_timeout = 1"); !bound) return bound;
  return client.exec(facts.super_read_only.has_value() ? "SET GLOBAL super_read_only = ON"
                                                       : "SET GLOBAL read_only = ON");
}

// Beside a SET read_only that does not come through: whoever connected after the clients were ended
// may have a commit that waits for an acknowledgement, and read_only waits for that commit. As long
// as the SET waits nobody begins another one, so what is in its way is ended once and for all.
class WayClearer {
 public:
  WayClearer(const MysqlEndpoint& endpoint, unsigned long spared)
      : thread_([this, endpoint, spared](const std::stop_token& stop) {
          if (!pause(stop, kPatience)) return;
          // Whoever comes back at once may have taken the last connection.
          do {
            auto client = MysqlClient::connect(endpoint, kConnect, kConnect);
            while (client && clear(*client, spared) && pause(stop, kPoll)) continue;
          } while (pause(stop, kPoll));
        }) {}

 private:
  static constexpr Millis kPatience{30};
  static constexpr Millis kPoll{50};
  static constexpr Millis kConnect{1000};

  /// False: the SET has ended.
  bool pause(const std::stop_token& stop, Millis time) {
    std::unique_lock lock(mutex_);
    return !ended_.wait_for(lock, stop, time, [&] { return stop.stop_requested(); }) &&
           !stop.stop_requested();
  }
  static bool clear(MysqlClient& client, unsigned long spared) {
    const auto waits = is_at_work(client, spared);
    if (!waits) return false;
    if (!*waits) return true;
    if (!kill_all(client, spared)) return false;
    const auto facts = gather_mysql(client);
    if (!facts) return false;
    return !facts->semi_sync.source_enabled ||
           release_semi_sync_waiters(client, facts->semi_sync).has_value();
  }

  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace

Result<StepOutcome> MysqlDemotion::quiesce() {
  auto facts = gather_mysql(client, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (!facts->writable()) return unchanged("read-only already");
  auto set = try_read_only(client, *facts);
  if (!set && set.error().code == kLockWaitTimeout) {
    return unchanged("a statement has been running for more than a second");
  }
  if (!set) return tl::unexpected(set.error());
  auto killed = kill_all(client);
  if (!killed) return tl::unexpected(killed.error());
  facts = gather_mysql(client, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  return done(fmt::format("read-only, {} client connections ended; gtid {}", killed->ended,
                          gtid_shown(facts->gtid_executed)));
}

Result<StepOutcome> MysqlDemotion::kill_clients() {
  auto facts = gather_mysql(client, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (!facts->writable()) return unchanged("read-only already: no session is disturbed");
  auto killed = kill_all(client);
  if (!killed) return tl::unexpected(killed.error());
  const std::string ended = fmt::format("{} client connections ended; gtid {}", killed->ended,
                                        gtid_shown(facts->gtid_executed));
  if (killed->denied == 0) return done(ended);
  return failed(fmt::format(
      "{}; {} live on: this account may not end them (CONNECTION ADMIN; on MySQL 8 and later "
      "SYSTEM_USER for those of root and its like)",
      ended, killed->denied));
}

Result<StepOutcome> MysqlDemotion::set_read_only(Deadline deadline) {
  auto facts = gather_mysql(client, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (facts->read_only && facts->super_read_only.value_or(true))
    return unchanged("read-only already");
  if (facts->read_only) {
    // Nobody but an administrator writes: whatever super_read_only waits for, no session is ended.
    if (auto set = try_read_only(client, *facts); !set) {
      if (set.error().code != kLockWaitTimeout) return tl::unexpected(set.error());
      return unchanged("read-only already; super_read_only waits for a statement that runs on");
    }
  }
  while (!facts->read_only) {
    const auto set = [&] {
      const WayClearer clearer(endpoint, client.connection_id());
      return try_read_only(client, *facts);
    }();
    if (set) break;
    if (set.error().code != kLockWaitTimeout || deadline.expired())
      return tl::unexpected(set.error());
    if (auto killed = kill_all(client); !killed) return tl::unexpected(killed.error());
  }
  facts = gather_mysql(client, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (!facts->read_only || !facts->super_read_only.value_or(true)) {
    return failed("read_only is still off after it was set");
  }
  return done(fmt::format("read-only; gtid {}", gtid_shown(facts->gtid_executed)));
}

}  // namespace ha
