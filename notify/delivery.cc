// Delivery. Each channel is on its own: a thread, a lock, an order. Within a channel the alerts of
// one instance go out oldest first, and one that fails keeps back those after it, so that nobody
// reads BACKUP after MASTER when it was the other way round.
//
// Nobody waits for a lock. Who finds it held leaves, and the holder looks again after it has let
// go: an entry written before the other one tried the lock was written before that look.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/log.h"
#include "agent/role_state.h"
#include "notify/alert.h"
#include "notify/alert_text.h"
#include "notify/backoff.h"
#include "notify/outbox.h"
#include "notify/unspooled.h"
#include "notify/webhook.h"

namespace ha {
namespace {

// With less than this left a try would only fail for lack of time.
constexpr Millis kLeastForATry{200};

double random_fraction() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

class ChannelDelivery {
 public:
  ChannelDelivery(const StateDir& dir, const Config& config, const WebhookConfig& channel,
                  Deadline deadline, bool now_all)
      : dir_(dir),
        outbox_(dir),
        config_(config),
        channel_(channel),
        deadline_(deadline),
        now_all_(now_all) {}

  void run() {
    for (;;) {
      auto lock = outbox_.try_lock(channel_.name);
      if (!lock) {
        if (lock.error().code != EWOULDBLOCK) log::error(lock.error().message);
        // What is in this process's memory nobody else can send.
        while (send_next(unspooled::of_channel(dir_, channel_.name))) continue;
        return;
      }
      while (send_next(entries())) continue;
      lock->reset();
      if (next_of(entries()) == nullptr) return;
    }
  }

  int delivered() const { return delivered_; }

 private:
  std::vector<OutboxEntry> entries() const {
    std::vector<OutboxEntry> all = outbox_.waiting();
    std::erase_if(all, [&](const OutboxEntry& entry) { return entry.channel != channel_.name; });
    for (OutboxEntry& entry : unspooled::of_channel(dir_, channel_.name)) {
      all.push_back(std::move(entry));
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return a.alert.event_id < b.alert.event_id;
    });
    return all;
  }

  /// The first entry that is due, not tried yet and not behind another of its instance.
  const OutboxEntry* next_of(const std::vector<OutboxEntry>& all) const {
    if (deadline_.remaining() < kLeastForATry) return nullptr;
    std::set<std::string> held_back;
    const std::int64_t now = wall_ms();
    for (const OutboxEntry& entry : all) {
      if (held_back.contains(entry.alert.instance)) continue;
      const bool due = now_all_ || is_due(entry.next_at_ms, now);
      if (due && !tried_.contains(entry.id())) return &entry;
      held_back.insert(entry.alert.instance);
    }
    return nullptr;
  }

  bool send_next(const std::vector<OutboxEntry>& all) {
    const OutboxEntry* next = next_of(all);
    if (next == nullptr) return false;
    tried_.insert(next->id());
    send(*next);
    return true;
  }

  void send(OutboxEntry entry) {
    const std::string text = alert_text(entry.alert, config_.agent.lang, wall_ms());
    const Sent sent = send_text(channel_, text, deadline_);
    ++entry.attempts;
    entry.last_status = sent.status;
    entry.last_error = sent.judged.why;
    const Fate fate = judge_age(sent.judged.fate, entry);
    entry.next_at_ms =
        wall_ms() + backoff(entry.attempts, random_fraction(), sent.retry_after).count();
    // First what decides whether it is sent again, then what is said about it.
    settle(entry, fate);
    journal_alert(dir_, entry, to_string(fate), sent.took);
    if (fate == Fate::ok) {
      ++delivered_;
    } else {
      log::warning(fmt::format("alert {} not delivered ({}, try {}): {}", entry.id(),
                               fate == Fate::dead ? "given up" : "waiting", entry.attempts,
                               entry.last_error));
    }
  }

  /// Judged after a try only: a clock that jumped must not give up what was never tried.
  static Fate judge_age(Fate fate, OutboxEntry& entry) {
    if (fate != Fate::retry || wall_ms() - entry.created_at_ms < kAlertMaxAge.count()) return fate;
    entry.last_error = "given up after a day: " + entry.last_error;
    return Fate::dead;
  }

  void settle(const OutboxEntry& entry, Fate fate) const {
    Status kept;
    if (is_unspooled(entry)) {
      // One that was refused is not marked: its event is untold still, and a later run spools it.
      if (fate != Fate::retry) unspooled::forget(dir_, entry);
      if (fate == Fate::ok) kept = outbox_.mark_done(entry);
    } else if (fate == Fate::ok) {
      kept = outbox_.to_done(entry);
    } else {
      kept = fate == Fate::dead ? outbox_.to_dead(entry) : outbox_.update(entry);
    }
    if (!kept) log::error(kept.error().message);
  }

  bool is_unspooled(const OutboxEntry& entry) const {
    const auto mine = unspooled::of_channel(dir_, channel_.name);
    return std::any_of(mine.begin(), mine.end(),
                       [&](const OutboxEntry& other) { return other.id() == entry.id(); });
  }

  const StateDir& dir_;
  Outbox outbox_;
  const Config& config_;
  const WebhookConfig& channel_;
  Deadline deadline_;
  bool now_all_;
  std::set<std::string> tried_;
  int delivered_ = 0;
};

}  // namespace

Delivery deliver_alerts(const StateDir& dir, const Config& config, Deadline deadline,
                        bool now_all) {
  const Outbox outbox(dir);
  Delivery sum;
  if (!outbox.waiting().empty() || unspooled::count(dir) != 0) {
    std::vector<ChannelDelivery> channels;
    channels.reserve(config.webhook.size());
    for (const WebhookConfig& channel : config.webhook) {
      channels.emplace_back(dir, config, channel, deadline, now_all);
    }
    std::vector<std::thread> threads;
    threads.reserve(channels.size());
    for (ChannelDelivery& channel : channels) threads.emplace_back([&channel] { channel.run(); });
    for (std::thread& thread : threads) thread.join();
    for (const ChannelDelivery& channel : channels) sum.delivered += channel.delivered();
    outbox.prune(wall_ms());
  }
  sum.waiting = static_cast<int>(outbox.waiting().size() + unspooled::count(dir));
  return sum;
}

}  // namespace ha
