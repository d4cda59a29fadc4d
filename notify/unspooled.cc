#include "notify/unspooled.h"

#include <map>
#include <mutex>
#include <utility>

namespace ha::unspooled {
namespace {

std::mutex mutex;
/// By state_dir, then by the entry's id.
std::map<std::string, std::map<std::string, OutboxEntry>>& store() {
  static std::map<std::string, std::map<std::string, OutboxEntry>> entries;
  return entries;
}

}  // namespace

void keep(const StateDir& dir, OutboxEntry entry) {
  const std::lock_guard lock(mutex);
  std::string id = entry.id();
  store()[dir.root].insert_or_assign(std::move(id), std::move(entry));
}

std::vector<OutboxEntry> of_channel(const StateDir& dir, const std::string& channel) {
  const std::lock_guard lock(mutex);
  std::vector<OutboxEntry> entries;
  for (const auto& [id, entry] : store()[dir.root]) {
    if (entry.channel == channel) entries.push_back(entry);
  }
  return entries;
}

void forget(const StateDir& dir, const OutboxEntry& entry) {
  const std::lock_guard lock(mutex);
  store()[dir.root].erase(entry.id());
}

std::size_t count(const StateDir& dir) {
  const std::lock_guard lock(mutex);
  return store()[dir.root].size();
}

}  // namespace ha::unspooled
