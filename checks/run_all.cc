#include "checks/run_all.h"

#include <fmt/format.h>

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "agent/duration.h"

namespace ha {
namespace {

/// Probes are told to end a little before the deadline: what they say of a late server themselves
/// is more exact than what can be said from outside.
constexpr Millis kProbeMargin{10};

struct Slot {
  Job job;
  Stage stage;
  std::optional<Finding> finding;  ///< guarded by Board::mutex
};

struct Board {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::unique_ptr<Slot>> slots;
  std::size_t waiting = 0;
};

Millis since(SteadyClock::time_point start) {
  return std::chrono::duration_cast<Millis>(SteadyClock::now() - start);
}

/// What servers say may hold line breaks and worse; a finding is one line.
void make_one_line(std::string& text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
}

Finding run_one(Slot& slot, Deadline deadline) {
  const auto start = SteadyClock::now();
  Finding finding;
  try {
    finding = slot.job.probe(slot.stage, deadline);
  } catch (const std::exception& error) {
    finding.level = Level::unknown;
    finding.seen = fmt::format("the probe failed: {}", error.what());
  }
  make_one_line(finding.seen);
  finding.kind = slot.job.kind;
  finding.name = slot.job.name;
  finding.took = since(start);
  return finding;
}

void start(const std::shared_ptr<Board>& board, Slot& slot, Deadline deadline) {
  std::thread([board, &slot, deadline] {
    Finding finding = run_one(slot, deadline);
    const std::lock_guard lock(board->mutex);
    slot.finding = std::move(finding);
    --board->waiting;
    board->changed.notify_one();
  }).detach();
}

}  // namespace

std::vector<Finding> run_all(std::vector<Job> jobs, Deadline deadline) {
  const auto begin = SteadyClock::now();
  const auto limit = std::chrono::ceil<Millis>(deadline.at() - begin);
  const Deadline probe_deadline(deadline.at() - kProbeMargin);
  auto board = std::make_shared<Board>();
  for (Job& job : jobs) {
    board->slots.push_back(std::make_unique<Slot>());
    board->slots.back()->job = std::move(job);
  }
  std::unique_lock lock(board->mutex);
  board->waiting = board->slots.size();
  for (const auto& slot : board->slots) {
    try {
      start(board, *slot, probe_deadline);
    } catch (const std::system_error& error) {
      slot->finding = Finding{slot->job.kind,
                              slot->job.name,
                              Level::unknown,
                              fmt::format("cannot start a thread: {}", error.what()),
                              {},
                              {}};
      --board->waiting;
    }
  }
  board->changed.wait_until(lock, deadline.at(), [&] { return board->waiting == 0; });

  std::vector<Finding> findings;
  for (const auto& slot : board->slots) {
    if (slot->finding) {
      findings.push_back(*slot->finding);
      continue;
    }
    findings.push_back(
        Finding{slot->job.kind,
                slot->job.name,
                Level::unknown,
                fmt::format("{} within {}", slot->job.late(slot->stage), format_duration(limit)),
                since(begin),
                {}});
  }
  return findings;
}

}  // namespace ha
