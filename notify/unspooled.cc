#include "notify/unspooled.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace ha::unspooled {
namespace {

struct Kept {
  OutboxEntry entry;
  bool delivered = false;
};
using Store = std::map<std::string, Kept>;  // by the entry's id

std::mutex mutex;
Store& store(const StateDir& dir) {
  static std::map<std::string, Store> stores;
  return stores[dir.root];
}

void put(const StateDir& dir, OutboxEntry entry, bool delivered) {
  const std::lock_guard lock(mutex);
  std::string id = entry.id();
  store(dir).insert_or_assign(std::move(id), Kept{std::move(entry), delivered});
}

}  // namespace

void keep(const StateDir& dir, OutboxEntry entry) {
  put(dir, std::move(entry), false);
}

void keep_delivered(const StateDir& dir, OutboxEntry entry) {
  put(dir, std::move(entry), true);
}

std::vector<OutboxEntry> of_channel(const StateDir& dir, const std::string& channel) {
  const std::lock_guard lock(mutex);
  std::vector<OutboxEntry> entries;
  for (const auto& [id, kept] : store(dir)) {
    if (!kept.delivered && kept.entry.channel == channel) entries.push_back(kept.entry);
  }
  return entries;
}

void forget(const StateDir& dir, const OutboxEntry& entry) {
  const std::lock_guard lock(mutex);
  store(dir).erase(entry.id());
}

std::size_t count(const StateDir& dir) {
  const std::lock_guard lock(mutex);
  const Store& kept = store(dir);
  return static_cast<std::size_t>(std::count_if(
      kept.begin(), kept.end(), [](const auto& each) { return !each.second.delivered; }));
}

bool any(const StateDir& dir) {
  const std::lock_guard lock(mutex);
  return !store(dir).empty();
}

Status put_on_disk(const StateDir& dir) {
  const Outbox outbox(dir);
  Store kept;
  {
    const std::lock_guard lock(mutex);
    kept = store(dir);
  }
  for (const auto& [id, each] : kept) {
    auto written = each.delivered ? outbox.mark_done(each.entry) : outbox.add(each.entry);
    if (!written) return written;
    forget(dir, each.entry);
  }
  return {};
}

}  // namespace ha::unspooled
