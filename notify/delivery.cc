// Delivery. Each channel is on its own: a thread, a lock, an order, a rate. Within a channel the
// alerts of one instance go out oldest first, and one that fails keeps back those after it, so that
// nobody reads BACKUP after MASTER when it was the other way round. What has piled up goes out as
// digests, each of which names every alert in it.
//
// Nobody waits for a lock. Who finds it held leaves, and the holder looks again after it has let
// go: an entry written before the other one tried the lock was written before that look. Only who
// has alerts in memory, because the disk is full, stays for its turn: nobody else can send them,
// and beside the holder they would break the order and the vendor's limit.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/duration.h"
#include "agent/log.h"
#include "agent/role_state.h"
#include "agent/texts.h"
#include "notify/alert.h"
#include "notify/backoff.h"
#include "notify/channel.h"
#include "notify/digest.h"
#include "notify/message.h"
#include "notify/outbox.h"
#include "notify/quiet_hours.h"
#include "notify/token_bucket.h"
#include "notify/unspooled.h"

namespace ha {
namespace {

// With less than this left a try would only fail for lack of time.
constexpr Millis kLeastForATry{200};
constexpr Millis kTurnPoll{50};
/// So many are looked at; more than that is a backlog whose rest comes later. All that an outbox
/// holds but for what is critical: what waits for the morning must not hide what may go out.
constexpr std::size_t kLooked = kOutboxMax + 500;
/// A channel that has failed so often with one alert counts as dead for those who read the others.
constexpr int kTellAfter = 10;

double random_fraction() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

bool by_event(const OutboxEntry& a, const OutboxEntry& b) {
  return a.alert.event_id < b.alert.event_id;
}

class ChannelDelivery {
 public:
  ChannelDelivery(const StateDir& dir, const Config& config, const Channel& channel,
                  Deadline deadline, bool now_all)
      : dir_(dir),
        outbox_(dir),
        config_(config),
        channel_(channel),
        deadline_(deadline),
        now_all_(now_all) {}

  void run() {
    for (;;) {
      auto lock = outbox_.try_lock(channel_.name());
      if (!lock && lock.error().code == EWOULDBLOCK) {
        if (ready(unspooled::of_channel(dir_, channel_.name())).empty()) return;
        std::this_thread::sleep_for(kTurnPoll);
        continue;
      }
      if (!lock) {
        log::error(lock.error().message);
        while (send_next(unspooled::of_channel(dir_, channel_.name()))) continue;
        return;
      }
      outbox_.finish_settling(channel_.name());
      state_ = read_channel_state(dir_, channel_.name());
      while (send_next(entries())) continue;
      lock->reset();
      if (ready(entries()).empty() || !may_send()) return;
    }
  }

  int delivered() const { return delivered_; }

 private:
  std::vector<OutboxEntry> entries() const {
    std::vector<OutboxEntry> all = outbox_.waiting_of(channel_.name(), kLooked);
    for (OutboxEntry& entry : unspooled::of_channel(dir_, channel_.name())) {
      all.push_back(std::move(entry));
    }
    std::stable_sort(all.begin(), all.end(), by_event);
    return all;
  }

  /// Those that may go out now, in order: due, and not behind another of their instance that is
  /// not. What waits for the morning keeps nothing back.
  std::vector<OutboxEntry> ready(const std::vector<OutboxEntry>& all) const {
    std::vector<OutboxEntry> found;
    if (deadline_.remaining() < kLeastForATry) return found;
    std::set<std::string> held_back;
    std::set<std::string> asleep;
    const std::int64_t now = wall_ms();
    for (const OutboxEntry& entry : all) {
      const std::string rule = rule_key(entry.alert);
      if (waits_for_morning(*channel_.config, entry.alert, now) || asleep.contains(rule)) {
        // The end of what nobody was told of waits with it: told first, it would end nothing.
        if (!rule.empty()) asleep.insert(rule);
        continue;
      }
      if (held_back.contains(entry.alert.instance)) continue;
      const bool due = now_all_ || is_due(entry.next_at_ms, now);
      if (due && !tried_.contains(entry.id())) {
        found.push_back(entry);
      } else {
        held_back.insert(entry.alert.instance);
      }
    }
    return found;
  }

  /// Whether the vendor's limit lets one more go out before the deadline; waits for it.
  bool may_send() {
    const std::int64_t now = wall_ms();
    if (!now_all_ && !is_due(state_.not_before_ms, now)) return false;
    fill(state_, channel_.per_minute, now);
    const Millis wait = until_token(state_, channel_.per_minute);
    if (wait + kLeastForATry > deadline_.remaining()) return false;
    if (wait > Millis{0}) {
      std::this_thread::sleep_for(wait);
      fill(state_, channel_.per_minute, wall_ms());
    }
    return true;
  }

  bool send_next(const std::vector<OutboxEntry>& all) {
    std::vector<OutboxEntry> next = ready(all);
    if (next.empty() || !may_send()) return false;
    take_token(state_);
    keep_state();  // whoever is killed while it sends has used its token up
    const std::size_t together =
        next.size() >= kDigestFrom && !digest_refused_
            ? fits_in_digest(next, config_.agent.lang, channel_.digest_bytes)
            : 1;
    next.resize(std::max<std::size_t>(1, together));
    send(std::move(next));
    keep_state();
    return true;
  }

  void keep_state() const {
    if (auto kept = write_channel_state(dir_, channel_.name(), state_); !kept) {
      log::warning(kept.error().message);
    }
  }

  void send(std::vector<OutboxEntry> some) {
    const bool digest = some.size() > 1;
    const Alert whole =
        digest ? digest_of(some, config_.agent.node, config_.agent.lang) : some.front().alert;
    const Message message = message_of(whole, config_.agent.lang, wall_ms());
    const Sent sent = channel_.send(message, deadline_);
    if (digest && (sent.judged.fate == Fate::dead || sent.cut)) {
      // One of them may be to blame, or its end was cut off; each on its own then.
      digest_refused_ = true;
      return;
    }
    if (sent.judged.fate == Fate::ok) {
      state_.told_dead = false;
      if (digest) {
        if (auto all = outbox_.all_to_done(channel_.name(), some); !all) {
          log::warning(all.error().message);  // one by one, then
        }
      }
    }
    if (sent.judged.fate == Fate::retry && sent.retry_after) {
      state_.not_before_ms = wall_ms() + std::min(*sent.retry_after, kRetryAfterMax).count();
    }
    for (OutboxEntry& entry : some) {
      tried_.insert(entry.id());
      conclude(std::move(entry), sent);
    }
  }

  void conclude(OutboxEntry entry, const Sent& sent) {
    ++entry.attempts;
    entry.last_status = sent.status;
    entry.last_error = sent.judged.why;
    const Fate fate = judge_age(sent.judged.fate, entry);
    entry.next_at_ms =
        wall_ms() + backoff(entry.attempts, random_fraction(), sent.retry_after).count();
    if (fate != Fate::ok) take_fallback(entry, fate);
    // First what decides whether it is sent again, then what is said about it.
    settle(entry, fate);
    journal_alert(dir_, entry, to_string(fate), sent.took);
    if (fate == Fate::ok) {
      ++delivered_;
      if (!entry.last_error.empty()) {
        log::warning(fmt::format("alert {} delivered, but {}", entry.id(), entry.last_error));
      }
      return;
    }
    log::warning(fmt::format("alert {} not delivered ({}, try {}): {}", entry.id(),
                             fate == Fate::dead ? "given up" : "waiting", entry.attempts,
                             entry.last_error));
    if (fate == Fate::dead || entry.attempts >= kTellAfter) tell_the_others(entry);
  }

  /// Judged after a try only: a clock that jumped must not give up what was never tried.
  Fate judge_age(Fate fate, OutboxEntry& entry) const {
    const Millis most = config_.agent.alert_max_age;
    if (fate != Fate::retry || wall_ms() - entry.created_at_ms < most.count()) return fate;
    entry.last_error =
        fmt::format("given up after {}: {}", format_duration(most), entry.last_error);
    return Fate::dead;
  }

  /// The entry stays here as well: the fallback is for the time until this channel works again.
  void take_fallback(OutboxEntry& entry, Fate fate) const {
    const ChannelConfig& config = *channel_.config;
    const bool due = fate == Fate::dead || entry.attempts >= config.fallback_after;
    if (config.fallback.empty() || entry.fell_back || !due) return;
    OutboxEntry copy;
    copy.channel = config.fallback;
    copy.alert = entry.alert;
    copy.created_at_ms = wall_ms();
    if (auto added = outbox_.add(copy)) {
      entry.fell_back = true;
    } else {
      log::error(added.error().message);
    }
  }

  /// Once, until something is delivered here.
  void tell_the_others(const OutboxEntry& entry) {
    if (state_.told_dead) return;
    state_.told_dead = true;
    Alert news;
    news.subject = Subject::channel_dead;
    news.event_id = entry.alert.event_id + "-" + channel_.name();
    news.node = config_.agent.node;
    news.instance = entry.alert.instance;
    news.at_ms = wall_ms();
    news.problems.push_back(say(config_.agent.lang, Text::channel_dead_why,
                                fmt::arg("channel", channel_.name()),
                                fmt::arg("why", entry.last_error)));
    if (auto queued = enqueue_alert(dir_, config_, news, channel_.name()); !queued) {
      log::error(queued.error().message);
    }
  }

  void settle(const OutboxEntry& entry, Fate fate) const {
    Status kept;
    if (is_unspooled(entry)) {
      // One that was refused is not marked: its event is untold still, and a later run spools it.
      if (fate == Fate::dead) unspooled::forget(dir_, entry);
      if (fate == Fate::retry) unspooled::keep(dir_, entry);
      if (fate == Fate::ok) {
        kept = outbox_.mark_done(entry);
        if (kept) {
          unspooled::forget(dir_, entry);
        } else {
          unspooled::keep_delivered(dir_, entry);
        }
      }
    } else if (fate == Fate::ok) {
      kept = outbox_.to_done(entry);
    } else {
      kept = fate == Fate::dead ? outbox_.to_dead(entry) : outbox_.update(entry);
    }
    if (!kept) log::error(kept.error().message);
  }

  bool is_unspooled(const OutboxEntry& entry) const {
    const auto mine = unspooled::of_channel(dir_, channel_.name());
    return std::any_of(mine.begin(), mine.end(),
                       [&](const OutboxEntry& other) { return other.id() == entry.id(); });
  }

  const StateDir& dir_;
  Outbox outbox_;
  const Config& config_;
  const Channel& channel_;
  Deadline deadline_;
  bool now_all_;
  ChannelState state_;
  std::set<std::string> tried_;
  bool digest_refused_ = false;
  int delivered_ = 0;
};

}  // namespace

Delivery deliver_alerts(const StateDir& dir, const Config& config, Deadline deadline,
                        bool now_all) {
  const Outbox outbox(dir);
  Delivery sum;
  if (!outbox.waiting().empty() || unspooled::count(dir) != 0) {
    const std::vector<Channel> all = channels_of(config);
    std::vector<ChannelDelivery> channels;
    channels.reserve(all.size());
    for (const Channel& channel : all) {
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
