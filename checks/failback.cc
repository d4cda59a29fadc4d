#include "checks/failback.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/mysql_client.h"
#include "agent/text.h"

namespace ha {
namespace {

constexpr const char* kFile = "failback";

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

bool takes_writes(const MysqlEndpoint& endpoint, Millis limit) {
  auto client = MysqlClient::connect(endpoint, limit, limit);
  if (!client) return false;
  const auto read_only = client->scalar("SELECT @@global.read_only");
  return read_only && (*read_only == "0" || *read_only == "OFF");
}

}  // namespace

std::optional<FailbackRecord> parse_failback(std::string_view text) {
  const auto part = split(trimmed(text.substr(0, text.find('\n'))), ' ');
  if (part.size() != 4) return {};
  const auto at = number(part[2]);
  const auto delay = number(part[3]);
  if (!at || !delay) return {};
  return FailbackRecord{std::string(part[0]), std::string(part[1]), *at, Millis{*delay}};
}

std::string format_failback(const FailbackRecord& record) {
  return fmt::format("{} {} {} {}\n", record.boot, record.event, record.failed_at_ms,
                     record.delay.count());
}

FailbackRecord after_failure(const std::optional<FailbackRecord>& before, const std::string& boot,
                             const std::string& event, std::int64_t now_ms, Millis base_delay) {
  FailbackRecord record{boot, event, now_ms, base_delay};
  if (!before || before->boot != boot) return record;
  if (before->event == event) {
    record.delay = before->delay;
  } else if (Millis{now_ms - before->failed_at_ms} < kFailbackQuiet) {
    record.delay = std::min(before->delay * 2, std::max(kFailbackMax, base_delay));
  }
  return record;
}

Millis failback_left(const std::optional<FailbackRecord>& record, const std::string& boot,
                     std::int64_t now_ms) {
  if (!record || record->boot != boot) return Millis{0};
  return std::max(Millis{0}, Millis{record->failed_at_ms - now_ms} + record->delay);
}

std::optional<FailbackRecord> read_failback(const CheckMemory& memory) {
  const auto text = memory.read(kFile);
  return text ? parse_failback(*text) : std::nullopt;
}

void write_failback(CheckMemory& memory, const FailbackRecord& record) {
  memory.write(kFile, format_failback(record));
}

struct PeerQuestion::Board {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t waiting = 0;
  bool writable = false;
};

PeerQuestion::PeerQuestion(const Config& config, Deadline deadline)
    : board_(std::make_shared<Board>()), deadline_(deadline) {
  const Millis limit = deadline.remaining();
  for (const MysqlConfig& mysql : config.mysql) {
    if (mysql.peer_host.empty()) continue;
    const std::lock_guard lock(board_->mutex);
    ++board_->waiting;
    std::thread([board = board_, endpoint = mysql.peer(), limit] {
      const bool writable = takes_writes(endpoint, limit);
      const std::lock_guard done(board->mutex);
      --board->waiting;
      board->writable = board->writable || writable;
      board->changed.notify_one();
    }).detach();
  }
}

bool PeerQuestion::writable() {
  std::unique_lock lock(board_->mutex);
  board_->changed.wait_until(lock, deadline_.at(),
                             [&] { return board_->waiting == 0 || board_->writable; });
  return board_->writable;
}

}  // namespace ha
