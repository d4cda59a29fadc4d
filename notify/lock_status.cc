#include "notify/lock_status.h"

#include <fmt/format.h>

#include "agent/clock.h"
#include "agent/etcd_client.h"
#include "agent/lock_lease.h"
#include "agent/texts.h"

namespace ha {
namespace {

std::string seconds(std::int64_t ms) {
  return fmt::format("{}.{} s", ms / 1000, ms / 100 % 10);
}

}  // namespace

std::optional<LockStatus> ask_lock(const Config& config, const StateDir& dir, Deadline deadline) {
  const LockConfig* const lock = config.the_lock();
  if (lock == nullptr) return std::nullopt;
  LockStatus status;
  status.name = lock->name;
  const EtcdClient client(*lock);
  const auto key = client.read(deadline);
  status.answers = key.has_value();
  status.endpoint = client.endpoint();
  if (!key) {
    status.trouble = key.error().message;
  } else if (*key) {
    status.holder = lock_holder((*key)->value);
    if (const auto left = client.time_to_live((*key)->lease, deadline)) status.holder_left = *left;
  }
  const auto lease = read_lock_lease(dir);
  const std::int64_t now = boottime_ms();
  if (!lease) {
    status.trouble = lease.error().message;
  } else if (*lease) {
    status.held = (*lease)->held(now);
    if (status.held) status.left_ms = (*lease)->until_ms - now;
    status.forced_why = (*lease)->forced_why;
    if (status.trouble.empty()) status.trouble = (*lease)->trouble;
  }
  return status;
}

std::string describe(const LockStatus& lock, Lang lang) {
  std::string text;
  if (lock.held) {
    text = say(lang, Text::lock_here, fmt::arg("lock", lock.name),
               fmt::arg("left", seconds(lock.left_ms)));
  } else if (!lock.answers) {
    text = say(lang, Text::lock_no_quorum, fmt::arg("lock", lock.name));
  } else if (lock.holder.empty()) {
    text = say(lang, Text::lock_free, fmt::arg("lock", lock.name));
  } else {
    text =
        say(lang, Text::lock_elsewhere, fmt::arg("lock", lock.name),
            fmt::arg("holder", lock.holder), fmt::arg("left", seconds(lock.holder_left.count())));
  }
  if (!lock.forced_why.empty()) {
    text = say(lang, Text::lock_forced, fmt::arg("lock", text), fmt::arg("why", lock.forced_why));
  }
  if (!lock.trouble.empty()) {
    text = say(lang, Text::lock_trouble, fmt::arg("lock", text), fmt::arg("trouble", lock.trouble));
  }
  if (!lock.answers) return text;
  return say(lang, Text::lock_asked, fmt::arg("lock", text), fmt::arg("endpoint", lock.endpoint));
}

}  // namespace ha
