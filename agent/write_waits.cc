#include "agent/write_waits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace ha {
namespace {

/// Checks come every second or so; what an older look saw says nothing of the time between.
constexpr std::int64_t kForgottenMs = 10'000;

std::int64_t column(const MysqlRow& row, std::string_view name) {
  const auto found = row.find(name);
  const std::string text = found == row.end() ? std::string() : found->second.value_or("");
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string sessions(std::int64_t count) {
  return fmt::format("{} session{}", count, count == 1 ? "" : "s");
}

std::string seconds(Millis time) {
  return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000);
}

std::int64_t since(bool waits, bool goes_on, std::int64_t before_ms, std::int64_t now_ms) {
  if (!waits) return 0;
  return goes_on && before_ms != 0 ? before_ms : now_ms;
}

}  // namespace

std::string_view wait_status_names() {
  return "'Rpl_semi_sync_master_wait_sessions','Rpl_semi_sync_source_wait_sessions',"
         "'Rpl_semi_sync_master_yes_tx','Rpl_semi_sync_source_yes_tx',"
         "'Rpl_semi_sync_master_no_tx','Rpl_semi_sync_source_no_tx','Threads_running'";
}

void take_wait_status(WriteWaits& waits, std::string_view name, std::int64_t value) {
  if (name == "Threads_running") waits.running = value;
  if (name.ends_with("_wait_sessions")) waits.unacknowledged += value;
  if (name.ends_with("_yes_tx") || name.ends_with("_no_tx")) waits.acknowledged += value;
}

Status gather_stuck_sessions(MysqlClient& client, WriteWaits& waits) {
  // MySQL's other list needs a temporary table, which a full disk has no room for. MariaDB has many
  // waits for this lock that are no write's: DDL under a backup alone.
  const bool mariadb = client.is_mariadb();
  auto rows = client.query(fmt::format(
      "SELECT SUM(state IN ({})) AS locked, SUM(state = 'waiting for handler commit') AS "
      "committing, SUM(state = 'Waiting for someone to free space') AS full FROM {}.processlist "
      "WHERE command NOT IN ('Sleep', 'Daemon')",
      mariadb ? "'Waiting for backup lock', 'Waiting for global read lock'"
              : "'Waiting for global read lock', 'Waiting for commit lock'",
      mariadb ? "information_schema" : "performance_schema"));
  if (!rows) {
    if (rows.error().kind == ErrorKind::answered) return {};
    return tl::unexpected<Error>(std::move(rows.error()));
  }
  if (rows->empty()) return {};
  waits.locked = column(rows->front(), "locked");
  waits.committing = column(rows->front(), "committing");
  waits.no_space = column(rows->front(), "full");
  return {};
}

// FNV-1a.
std::uint64_t mark_of(std::string_view position) {
  std::uint64_t mark = 14'695'981'039'346'656'037U;
  for (const char c : position) {
    mark = (mark ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  }
  return mark;
}

bool may_be_stuck(const WriteWaits& waits, std::uint64_t written, const WaitMemory& before) {
  return waits.unacknowledged == 0 && waits.running > 1 && written == before.written;
}

WaitMemory next_waits(const WaitMemory& before, const WriteWaits& waits, std::uint64_t written,
                      std::int64_t now_ms) {
  const bool known = before.seen_ms <= now_ms && now_ms - before.seen_ms <= kForgottenMs;
  const bool stuck = waits.locked + waits.committing + waits.no_space > 0;
  WaitMemory now{now_ms, waits.acknowledged, written, 0, 0};
  // What a primary has written goes on while it waits: the commits behind are written, too.
  now.unacknowledged_since_ms =
      since(waits.unacknowledged > 0, known && before.acknowledged == waits.acknowledged,
            before.unacknowledged_since_ms, now_ms);
  now.stuck_since_ms =
      since(stuck, known && before.written == written, before.stuck_since_ms, now_ms);
  return now;
}

Standstill standstill(const WaitMemory& now, const WriteWaits& waits, Millis gives_up) {
  const auto lasts = [&](std::int64_t since_ms) {
    return Millis{since_ms == 0 ? 0 : now.seen_ms - since_ms};
  };
  const Millis unacknowledged = lasts(now.unacknowledged_since_ms);
  const Millis stuck = lasts(now.stuck_since_ms);
  Standstill found{std::max(unacknowledged, stuck), {}};
  if (found.lasts < kWritesStand) return found;
  const std::string time = seconds(found.lasts);
  if (unacknowledged >= stuck) {
    found.why = fmt::format(
        "no commit was acknowledged for {}: {} wait for a replica that does not answer (after {} "
        "semi-sync goes on without it)",
        time, sessions(waits.unacknowledged), seconds(gives_up));
  } else if (waits.no_space > 0) {
    found.why = fmt::format("nothing was written for {}: a disk is full, {} wait for room", time,
                            sessions(waits.no_space + waits.committing));
  } else if (waits.locked > 0) {
    found.why = fmt::format("nothing was written for {}: {} wait for {}", time,
                            sessions(waits.locked), kServerLock);
  } else {
    found.why = fmt::format(
        "nothing was written for {}: {} cannot end their commit, probably a full disk or one that "
        "stalls",
        time, sessions(waits.committing));
  }
  return found;
}

std::string format_waits(const WaitMemory& memory) {
  return fmt::format("{} {} {} {} {}\n", memory.seen_ms, memory.acknowledged, memory.written,
                     memory.unacknowledged_since_ms, memory.stuck_since_ms);
}

std::optional<WaitMemory> parse_waits(std::string_view text) {
  WaitMemory memory;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto take = [&](auto& value) {
    const auto [stop, error] = std::from_chars(at, end, value);
    if (error != std::errc{} || stop == end) return false;
    at = stop + 1;
    return true;
  };
  const bool whole = take(memory.seen_ms) && take(memory.acknowledged) && take(memory.written) &&
                     take(memory.unacknowledged_since_ms) && take(memory.stuck_since_ms);
  return whole ? std::optional(memory) : std::nullopt;
}

}  // namespace ha
